import { Command, InvalidArgumentError } from "commander";

/** What the command line asks for. */
export interface Options {
  readonly operations: number;
  readonly seconds: number;
  readonly seed: number;
  readonly parallel: number;
  readonly shrinks: number;
  readonly endpoint: string | undefined;
  readonly json: boolean;
}

const HELP = `
Exit codes
  0  no difference but those in test/differential/known-differences.ts
  1  an unknown difference; its smallest sequence and its seed are printed
  2  wrong usage
  3  LocalStack is not available; what is missing is said
  4  a side did not answer within 30 seconds, in three attempts at the same sequence`;

/** Reads the command line. @throws CommanderError for wrong usage */
export function parseOptions(argv: readonly string[]): Options {
  const given = new Command("test:differential")
    .description("Random sequences of SQS, SNS and S3 calls to Fanfare's engine and to LocalStack, answers compared.")
    .option("--operations <number>", "calls to each side", wholeNumber(1), 2_000)
    .option("--seconds <number>", "end after so many seconds, even with fewer operations", wholeNumber(1), 3_600)
    .option("--seed <number>", "of the first round; the next rounds have the next seeds", wholeNumber(1))
    .option("--parallel <number>", "sequences at the same time", wholeNumber(1), 8)
    .option("--shrinks <number>", "attempts to make a failing sequence smaller", wholeNumber(0), 40)
    .option("--endpoint <url>", "a LocalStack that runs already")
    .option("--json", "print the result as JSON")
    .addHelpText("after", HELP)
    .exitOverride()
    .parse([...argv], { from: "user" })
    .opts<{
      operations: number;
      seconds: number;
      seed?: number;
      parallel: number;
      shrinks: number;
      endpoint?: string;
      json?: boolean;
    }>();
  return {
    operations: given.operations,
    seconds: given.seconds,
    seed: given.seed ?? Math.floor(Math.random() * 2 ** 31),
    parallel: given.parallel,
    shrinks: given.shrinks,
    endpoint: given.endpoint,
    json: given.json === true,
  };
}

function wholeNumber(minimum: number) {
  return (value: string): number => {
    const number = Number(value);
    if (!Number.isInteger(number) || number < minimum) {
      throw new InvalidArgumentError(`give a whole number of ${minimum} or more`);
    }
    return number;
  };
}
