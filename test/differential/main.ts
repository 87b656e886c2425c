/**
 * `npm run test:differential`: random sequences of calls to Fanfare's engine and to LocalStack, side by side. What it
 * does: `npm run test:differential -- --help` and docs/evidence/differential.md.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SingleBar } from "cli-progress";
import { CommanderError } from "commander";
import { startServer } from "../../lib/local/server/index.ts";
import { startLocalStack } from "../localstack/emulators/localstack.ts";
import { openWorkspace } from "../localstack/emulators/workspace.ts";
import { TargetUnavailable } from "../localstack/unavailable.ts";
import { explore } from "./explore.ts";
import { NoAnswer } from "./no-answer.ts";
import { type Options, parseOptions } from "./options.ts";
import { render, toJson } from "./report.ts";
import { closeSide, openSide } from "./world.ts";

const EXIT = { passed: 0, failed: 1, usage: 2, unavailable: 3, silent: 4 } as const;

/** Conventional exit codes of a program that a signal has ended. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/**
 * Settings that LocalStack reads from its home folder. Without this one it counts each call of SQS in its CloudWatch, by
 * a call to itself, which took half of its time.
 */
function writeProfile(home: string): void {
  mkdirSync(join(home, ".localstack"), { recursive: true });
  writeFileSync(join(home, ".localstack", "default.env"), "SQS_DISABLE_CLOUDWATCH_METRICS=1\n");
}

async function main(options: Options): Promise<number> {
  const note = (text: string) => process.stderr.write(`${text}\n`);
  const workspace = openWorkspace();
  const cleanUps: (() => Promise<void> | void)[] = [() => workspace.remove()];
  const cleanUp = async () => {
    for (const work of cleanUps.splice(0).reverse()) {
      await work();
    }
  };
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.once(signal, () => void cleanUp().finally(() => process.exit(code)));
  }
  try {
    let endpoint = options.endpoint;
    if (endpoint === undefined) {
      writeProfile(workspace.folder("localstack", "home"));
      const localStack = await startLocalStack(workspace, note);
      cleanUps.push(() => localStack.stop());
      endpoint = localStack.endpoint;
    }
    const server = await startServer();
    cleanUps.push(() => server.close());
    const pair = { ours: openSide("Fanfare", server.endpoint), theirs: openSide("LocalStack", endpoint) };
    cleanUps.push(() => {
      closeSide(pair.ours);
      closeSide(pair.theirs);
    });
    const bar = new SingleBar({
      noTTYOutput: true,
      notTTYSchedule: 10_000,
      stream: process.stderr,
      format: "{bar} {value}/{total} operations, {duration_formatted}",
    });
    bar.start(options.operations, 0);
    const started = Date.now();
    const seen = await explore({
      ...options,
      pair,
      deadline: started + options.seconds * 1_000,
      onFinding: (signature) => note(`different: ${signature}`),
      onProgress: (done) => bar.update(Math.min(done, options.operations)),
      // However it ends: the bar's timer would keep the program alive.
    }).finally(() => bar.stop());
    const print = options.json ? toJson : render;
    process.stdout.write(`${print(seen, options.seed, (Date.now() - started) / 1_000)}\n`);
    return seen.findings.size === 0 ? EXIT.passed : EXIT.failed;
  } catch (error) {
    if (error instanceof NoAnswer) {
      note(error.message);
      return EXIT.silent;
    }
    if (!(error instanceof TargetUnavailable)) {
      throw error;
    }
    note(`LocalStack cannot run here: ${error.message}`);
    return EXIT.unavailable;
  } finally {
    await cleanUp();
  }
}

try {
  process.exitCode = await main(parseOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof CommanderError)) {
    throw error;
  }
  process.exitCode = error.exitCode === 0 ? EXIT.passed : EXIT.usage;
}
