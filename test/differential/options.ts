import { Command, InvalidArgumentError } from "commander";

/** What the command line asks for. */
export interface Options {
  readonly operations: number;
  readonly seconds: number;
  readonly seed: number;
  readonly parallel: number;
  readonly endpoint: string | undefined;
  readonly json: boolean;
}

const HELP = `
Exit codes
  0  no difference but those in test/differential/known-differences.ts
  1  an unknown difference; its smallest sequence and its seed are printed
  2  wrong usage
  3  LocalStack is not available; what is missing is said`;

/** Reads the command line. @throws CommanderError for wrong usage */
export function parseOptions(argv: readonly string[]): Options {
  const given = new Command("test:differential")
    .description("Random sequences of SQS, SNS and S3 calls to Fanfare's engine and to LocalStack, answers compared.")
    .option("--operations <number>", "calls to each side", positive, 2_000)
    .option("--seconds <number>", "end after so many seconds, even with fewer operations", positive, 3_600)
    .option("--seed <number>", "of the first round; the next rounds have the next seeds", positive)
    .option("--parallel <number>", "sequences at the same time", positive, 8)
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
      endpoint?: string;
      json?: boolean;
    }>();
  return {
    operations: given.operations,
    seconds: given.seconds,
    seed: given.seed ?? Math.floor(Math.random() * 2 ** 31),
    parallel: given.parallel,
    endpoint: given.endpoint,
    json: given.json === true,
  };
}

function positive(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("give a whole number of 1 or more");
  return number;
}
