import { Command, InvalidArgumentError, Option } from "commander";
import { isFanfareError } from "../../errors/index.ts";
import { type Plan, type PlanOverrides, planOf, type Workload } from "../../plan/index.ts";
import { CliError, EXIT } from "../cli-error.ts";
import type { Terminal } from "../terminal.ts";

const AFTER_HELP = `
Calculates from published limits and prices, without calling AWS. docs/plan.md has the formulas and their sources.

Examples:
  fanfare plan --rate 500 --size 4KiB --subscribers 3
  fanfare plan --rate 500 --size 4KiB --subscribers 3 --fifo --groups 1000 --handler-ms 50 --batch-size 10
  fanfare plan --rate 20 --size 2MiB --guarantee commit --json
  fanfare plan --rate 500 --price sqsStandard=0.44 --quota lambdaConcurrency=5000`;

/** Options that have the names of the workload's fields, and a few others. */
interface PlanCommandOptions extends Partial<Omit<Workload, "windowSeconds" | "memoryMb">> {
  readonly rate: number;
  readonly window?: number;
  readonly memory?: number;
  readonly price?: Readonly<Record<string, number>>;
  readonly quota?: Readonly<Record<string, number>>;
  readonly json: boolean;
}

/** `fanfare plan`: which limits bind first, and what a workload costs. */
export function planCommand(surroundings: { terminal: Terminal }): Command {
  return new Command("plan")
    .description("show which AWS limits bind first, the concurrency needed and the monthly cost of a rate of events")
    .requiredOption("--rate <events>", "events published per second", parseNumber)
    .option("--size <bytes>", "size of an event: 900, 4KiB, 2MiB (default: 1KiB)", parseSize)
    .option("--subscribers <count>", "subscribers of the topic (default: 1)", parseNumber)
    .option(
      "--matching <share>",
      "share of the events that each subscriber receives, up to 1 (default: 1)",
      parseNumber,
    )
    .option("--fifo", "FIFO topic and queues")
    .option("--groups <count>", "message groups that are active at the same time (default: 100)", parseNumber)
    .option("--handler-ms <ms>", "handler time per event (default: 50)", parseNumber)
    .option("--batch-size <count>", "batch size of the event source mappings (default: 10)", parseNumber)
    .option("--window <seconds>", "batching window of the event source mappings (default: 0)", parseNumber)
    .option("--concurrency <count>", "records of a batch that are handled concurrently (default: 10)", parseNumber)
    .option("--max-concurrency <count>", "concurrent invocations per event source mapping (default: 10)", parseNumber)
    .option("--memory <MB>", "memory of the functions (default: 512)", parseNumber)
    .addOption(
      new Option("--guarantee <name>", "processing guarantee (default: exactly-once)").choices([
        "at-least-once",
        "at-most-once",
        "exactly-once",
        "commit",
        "claim-with-commit",
      ]),
    )
    .option("--store-ms <ms>", "time per call of the idempotency table (default: 5)", parseNumber)
    .option("--overhead-ms <ms>", "time per invocation that does not depend on its records (default: 5)", parseNumber)
    .option("--publish-batch <count>", "events per PublishBatch, 1 to 10 (default: 1)", parseNumber)
    .option("--offload-above <bytes>", "larger bodies are stored in S3 (default: 256KiB)", parseSize)
    .addOption(
      new Option("--alarms <preset>", "alarms of the constructs (default: standard)").choices([
        "none",
        "lean",
        "standard",
        "full",
      ]),
    )
    .option("--metrics", "publishers and handlers write metrics, with metrics()")
    .option("--no-dashboard", "the topic has no dashboard")
    .option("--price <name=USD>", "price of your Region or contract; can be repeated", parseOverride)
    .option("--quota <name=value>", "quota of your account; can be repeated", parseOverride)
    .option("--json", "print the plan as JSON", false)
    .addHelpText("after", AFTER_HELP)
    .action(async (options: PlanCommandOptions) => {
      const plan = checkedPlan(options);
      if (options.json) {
        surroundings.terminal.out(JSON.stringify(plan, jsonNumber, 2));
        return;
      }
      const { planText } = await import("../plan/tables.ts");
      surroundings.terminal.out(planText(plan));
    });
}

function checkedPlan(options: PlanCommandOptions): Plan {
  const { json: _json, price = {}, quota = {}, window, memory, ...rest } = options;
  const given: Partial<Workload> & Pick<Workload, "rate"> = {
    ...rest,
    ...(window === undefined ? {} : { windowSeconds: window }),
    ...(memory === undefined ? {} : { memoryMb: memory }),
  };
  const overrides: PlanOverrides = { prices: price, quotas: quota };
  try {
    return planOf(given, overrides);
  } catch (error) {
    // A wrong number is a wrong argument of the command.
    if (!isFanfareError(error)) {
      throw error;
    }
    const limit = error.limit === undefined ? "" : `; the limit: ${error.limit}`;
    throw new CliError(`${error.message}${limit}`, { exitCode: EXIT.usage, cause: error });
  }
}

function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw new InvalidArgumentError("it must be a number.");
  }
  return value;
}

const SIZE_UNITS: Readonly<Record<string, number>> = { "": 1, b: 1, kb: 1e3, mb: 1e6, kib: 1_024, mib: 1_048_576 };

function parseSize(text: string): number {
  const [, digits = "", unit = ""] = /^([\d.]+)\s*([a-z]*)$/i.exec(text) ?? [];
  const factor = SIZE_UNITS[unit.toLowerCase()];
  const value = Number(digits);
  if (digits === "" || factor === undefined || !Number.isFinite(value)) {
    throw new InvalidArgumentError("it must be a size, for example 900, 4KiB, 10KB or 2MiB.");
  }
  return Math.ceil(value * factor);
}

function parseOverride(text: string, earlier: Readonly<Record<string, number>> = {}): Readonly<Record<string, number>> {
  const [, name = "", value = ""] = /^(\w+)=(.+)$/.exec(text) ?? [];
  if (name === "") {
    throw new InvalidArgumentError("it must be a name and a number, for example sqsFifo=0.55.");
  }
  return { ...earlier, [name]: parseNumber(value) };
}

/** JSON has no infinity. */
function jsonNumber(_name: string, value: unknown): unknown {
  return value === Number.POSITIVE_INFINITY ? null : value;
}
