/**
 * `npm run test:localstack`: the suite against LocalStack, other emulators and AWS. What it does, with its exit codes:
 * `npm run test:localstack -- --help` and docs/evidence/emulators.md.
 */
import { CommanderError } from "commander";
import { openWorkspace } from "./emulators/workspace.ts";
import { type Options, parseOptions } from "./options.ts";
import { type Missing, summarise } from "./summary.ts";
import { runTarget, type TargetRun } from "./targets/run-target.ts";
import { NotTouched, TargetUnavailable } from "./unavailable.ts";

const EXIT = { passed: 0, failed: 1, usage: 2, unavailable: 3, untouched: 4 } as const;

/** Conventional exit codes of a program that a signal has ended. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

let interrupted = false;

/** Cases that an interruption has cut off have nothing to say. */
function print(line: string): void {
  if (!interrupted) {
    process.stdout.write(`${line}\n`);
  }
}

async function main(options: Options): Promise<number> {
  const workspace = openWorkspace();
  let cleanUp = async () => {};
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.once(signal, () => {
      print(`${signal}: stopping`);
      interrupted = true;
      void cleanUp().finally(() => {
        if (!options.keep) {
          workspace.remove();
        }
        process.exit(code);
      });
    });
  }
  const runs: TargetRun[] = [];
  const missing: Missing[] = [];
  let untouched = false;
  for (const name of options.targets) {
    try {
      runs.push(
        await runTarget(name, options, workspace, print, (work) => {
          cleanUp = work;
        }),
      );
    } catch (error) {
      if (!(error instanceof TargetUnavailable || error instanceof NotTouched)) {
        throw error;
      }
      untouched ||= error instanceof NotTouched;
      print(`${name} cannot run here: ${error.message}`);
      missing.push({ name, reason: error.message });
    }
  }
  if (!options.keep) {
    workspace.remove();
  }
  print(summarise(runs, missing));
  // What was started here ends with this program, so it stays until it is interrupted.
  if (options.keep && runs.length > 0) {
    print("kept until Ctrl-C");
    return await new Promise<never>(() => {});
  }
  const results = runs.flatMap(({ parts }) => [...parts.values()]);
  if (results.some((each) => each.count("failed") > 0)) {
    return EXIT.failed;
  }
  if (untouched) {
    return EXIT.untouched;
  }
  const lacking = missing.some(({ name }) => !options.optional.has(name));
  return lacking || runs.length === 0 ? EXIT.unavailable : EXIT.passed;
}

try {
  process.exitCode = await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof CommanderError)) {
    throw error;
  }
  process.exitCode = error.exitCode === 0 ? EXIT.passed : EXIT.usage;
}
