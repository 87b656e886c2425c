import { accessSync, constants, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import pc from "picocolors";
import { textReport } from "./report.ts";
import { type RunReport, run } from "./run.ts";
import { synthesise } from "./synthesise.ts";

const HELP = `Runs the reference app under faults: a proxy that breaks, delays and throttles, handlers that are killed in their
invocations, and SIGKILL for the whole runtime, which keeps its state on disk. Then it looks for what was lost,
done twice or out of order.

  npm run chaos -- [--events <number>] [--runs <number>] [--seed <text>] [--kills <number>] [--json]

  --events   events to publish, 100 to 1,000,000 (default 20000)
  --runs     runs, each with a seed of its own (default 1)
  --seed     seed of the first run; the others are <seed>-2, <seed>-3 (default: a new one)
  --kills    how often the whole runtime is killed (default 4)
  --json     print one JSON object on stdout, and progress on stderr
  --help     print this

Exit code: 0 when every run kept what it promises, 1 otherwise, 2 for wrong arguments.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      events: { type: "string", default: "20000" },
      runs: { type: "string", default: "1" },
      kills: { type: "string", default: "4" },
      seed: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const events = numberIn("events", values.events, 100, 1_000_000);
  const runs = numberIn("runs", values.runs, 1, 100);
  const kills = numberIn("kills", values.kills, 0, 100);
  const seed = values.seed ?? Math.random().toString(36).slice(2, 8);
  if (!/^[\w-]{1,40}$/.test(seed)) {
    throw new RangeError(`--seed is ${seed}: give letters, digits, - or _`);
  }

  // A run that is broken off takes the runtime with it (on "exit"), and its files.
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => process.exit(130));
  }
  const folder = mkdtempSync(join(fastFolder(), "fanfare-chaos-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const [assembly, control] = [join(folder, "cdk.out"), join(folder, "control")];
  const reports: RunReport[] = [];
  try {
    mkdirSync(control);
    const step = (text: string): void => {
      process.stderr.write(`${pc.dim(text)}\n`);
    };
    step("synthesising the reference app");
    await synthesise(assembly, control);
    for (let number = 1; number <= runs; number++) {
      const name = number === 1 ? seed : `${seed}-${number}`;
      step(`run ${number} of ${runs}, seed ${name}`);
      const report = await run({ seed: name, events, kills, assembly, folder, control, onStep: step });
      reports.push(report);
      if (!values.json) {
        process.stdout.write(`\n${textReport(report, pc)}\n`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const ok = reports.every((report) => report.ok);
  if (values.json) {
    process.stdout.write(`${JSON.stringify({ ok, runs: reports }, undefined, 2)}\n`);
  }
  return ok ? 0 : 1;
}

/**
 * In memory where the system has such a file system: what has to be survived is the death of processes, and the DynamoDB
 * emulator syncs every write, so that the disk would set the pace.
 */
function fastFolder(): string {
  const inMemory = "/dev/shm";
  try {
    accessSync(inMemory, constants.W_OK);
    return inMemory;
  } catch {
    return tmpdir();
  }
}

function numberIn(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < min || value > max) {
    throw new RangeError(`--${name} is ${text}: give a whole number from ${min} to ${max}`);
  }
  return value;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const wrongUse = error instanceof RangeError || (error instanceof TypeError && "code" in error);
    process.stderr.write(`${pc.red("chaos:")} ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = wrongUse ? 2 : 1;
  },
);
