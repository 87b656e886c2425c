import { SingleBar } from "cli-progress";
import { Command, InvalidArgumentError } from "commander";
import { describeViolation, type RunResult, type SimulationReport, simulate } from "../../lib/testing/index.ts";
import { findMutation } from "./mutations/find.ts";
import { mutations } from "./mutations/mutations.ts";
import { renderReport } from "./report.ts";
import { drawScenario } from "./scenario.ts";

interface Options {
  readonly runs?: number;
  readonly seed?: number;
  readonly json?: true;
  readonly history?: true;
  readonly mutations?: true | string;
}

const program = new Command("simulate")
  .description("Runs Fanfare in virtual time, under faults, in many orders, and checks what it promises.")
  .option("--runs <n>", "how many runs (default: 1,000; with --seed: 1)", wholeNumber)
  .option("--seed <n>", "seed of the first run: replays a run exactly (default: 1)", wholeNumber)
  .option("--history", "print all that happened in the last run")
  .option(
    "--mutations [text]",
    "instead, plant faults in our own code (only those whose names contain the text), and tell after how many runs each is found",
  )
  .option("--json", "print the report as JSON")
  .action(main);

await program.parseAsync();

async function main(options: Options): Promise<void> {
  if (options.mutations) {
    return await searchMutations(options.mutations === true ? "" : options.mutations);
  }
  const runs = options.runs ?? (options.seed === undefined ? 1_000 : 1);
  const bar = options.json || runs === 1 || !process.stderr.isTTY ? undefined : progressBar(runs);
  const started = performance.now();
  let last: RunResult | undefined;
  const report = await simulate({
    scenario: drawScenario,
    seed: options.seed ?? 1,
    runs,
    onRun: (run) => {
      last = run;
      bar?.increment();
    },
  });
  bar?.stop();
  const seconds = (performance.now() - started) / 1_000;
  if (options.history && last !== undefined) {
    console.log(`${last.history()}\n`);
  }
  if (options.json) {
    console.log(JSON.stringify({ ...report, seconds }));
  } else {
    print(report, seconds);
  }
  if (report.violations.length > 0) {
    process.exitCode = 1;
  }
}

async function searchMutations(text: string): Promise<void> {
  for (const mutation of mutations.filter(({ name }) => name.includes(text))) {
    const { violation, runs } = await findMutation(mutation);
    const found = violation !== undefined && mutation.rules.includes(violation.rule);
    if (!found) {
      process.exitCode = 1;
    }
    console.log(`${String(runs).padStart(5)}  ${(violation?.rule ?? "NOT FOUND").padEnd(22)}  ${mutation.name}`);
  }
}

function print(report: SimulationReport, seconds: number): void {
  for (const violation of report.violations) {
    console.log(`${describeViolation(violation)}\n\nnpm run simulate -- --seed ${violation.seed} --history\n`);
  }
  console.log(renderReport(report, seconds));
}

function progressBar(runs: number): SingleBar {
  const bar = new SingleBar({ format: "{bar} {value}/{total} runs, {eta_formatted} left", hideCursor: true });
  bar.start(runs, 0);
  return bar;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) {
    return value;
  }
  throw new InvalidArgumentError("give a whole number from 1");
}
