import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { killGroup, LocalError, type Watchdog } from "../common/index.ts";
import type { DynamoDbEmulator } from "./emulator.ts";
import { freePort } from "./ports.ts";

/** Starting takes some milliseconds; a loaded machine may need seconds. */
const START_DEADLINE_MS = 10_000;
/** After SIGTERM the emulator may finish its writes for this long. */
const STOP_GRACE_MS = 2_000;
/** Another process may take the free port before the emulator does. */
const ATTEMPTS = 3;

interface DynoxideOptions {
  readonly binary: string;
  readonly watchdog: Watchdog;
  readonly dataFile?: string | undefined;
}

/** Starts the native emulator on a free port of the loopback interface. */
export async function startDynoxide(options: DynoxideOptions): Promise<DynamoDbEmulator> {
  let failure: unknown;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      return await startOnce(options);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

async function startOnce(options: DynoxideOptions): Promise<DynamoDbEmulator> {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const file = options.dataFile === undefined ? [] : ["--db-path", options.dataFile];
  const child = spawn(options.binary, ["--host", "127.0.0.1", "--port", String(port), ...file], {
    stdio: ["ignore", "ignore", "pipe"],
    // Its own group: Ctrl-C in the terminal must not end it before the handlers that use it.
    detached: true,
    env: {},
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    complaint = (complaint + chunk.toString()).slice(-2_000);
  });
  const { pid } = child;
  if (pid === undefined) {
    await exited;
    throw new LocalError("EmulatorFailed", `${options.binary} cannot be started`, {
      remedy: "check that the file is executable on this platform, or remove it to use dynalite",
    });
  }
  options.watchdog.guard(pid);
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      killGroup(pid, "SIGTERM");
      const timer = setTimeout(() => killGroup(pid), STOP_GRACE_MS);
      await exited;
      clearTimeout(timer);
    }
    options.watchdog.release(pid);
  };
  if (!(await answers(endpoint, child))) {
    await stop();
    throw new LocalError(
      "EmulatorFailed",
      `the DynamoDB emulator ${options.binary} did not respond on ${endpoint} within ${START_DEADLINE_MS} ms: ${complaint.trim()}`,
    );
  }
  return {
    endpoint,
    kind: "dynoxide",
    capabilities: {
      partiQl: true,
      transactions: true,
      returnValuesOnConditionCheckFailure: true,
      timeToLive: true,
    },
    notices: [],
    pid,
    stop,
  };
}

/** Any response will do: even an error shows that the emulator listens. */
async function answers(endpoint: string, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + START_DEADLINE_MS;
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    try {
      const response = await fetch(endpoint, { signal: AbortSignal.timeout(1_000) });
      await response.arrayBuffer();
      return true;
    } catch {
      await delay(10);
    }
  }
  return false;
}
