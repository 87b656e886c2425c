import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive, killGroup, Watchdog } from "../../../lib/local/common/index.ts";
import { TargetUnavailable } from "../unavailable.ts";
import { tail } from "./command.ts";

/** An emulator that answers. */
export interface Emulator {
  readonly endpoint: string;
  /** Product and version, and where it comes from. */
  readonly description: string;
  /** Ends it and waits until it is gone. Calling it again does nothing. */
  stop(): Promise<void>;
  /** Process ids that must be gone after {@link Emulator.stop}; none where another program started it. */
  readonly pids: readonly number[];
}

/** What {@link startServer} takes. */
export interface ServerOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly port: number;
  /** Path that answers with status 200 when the server is ready. */
  readonly healthPath: string;
  readonly logFile: string;
  readonly readyTimeoutMs: number;
}

/** Milliseconds that a server has to end by itself, before its process group is killed. */
const STOP_GRACE_MS = 5_000;

/**
 * Starts a server in a process group of its own, which ends with this process however that ends, and waits until it answers.
 *
 * @throws TargetUnavailable with the end of its log when it does not come up
 */
export async function startServer(options: ServerOptions): Promise<Omit<Emulator, "description">> {
  const watchdog = new Watchdog();
  const log = openSync(options.logFile, "w");
  const child = spawn(options.command, options.args, {
    detached: true,
    stdio: ["ignore", log, log],
    env: options.env,
    cwd: options.cwd,
  });
  closeSync(log);
  const exited = Promise.race([once(child, "exit"), once(child, "error")]).catch(() => {});
  const { pid } = child;
  if (pid === undefined) {
    await watchdog.close();
    throw new TargetUnavailable(`${options.name}: cannot run ${options.command}`);
  }
  watchdog.guard(pid);
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    killGroup(pid, "SIGTERM");
    const cancel = new AbortController();
    await Promise.race([exited, delay(STOP_GRACE_MS, undefined, { signal: cancel.signal }).catch(() => {})]);
    cancel.abort();
    // What the server itself has started is in the same group.
    killGroup(pid);
    await exited;
    watchdog.release(pid);
    await watchdog.close();
  };
  const server = {
    endpoint: `http://127.0.0.1:${options.port}`,
    pids: [pid],
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
  if (await answers(`${server.endpoint}${options.healthPath}`, pid, options.readyTimeoutMs)) {
    return server;
  }
  await server.stop();
  throw new TargetUnavailable(
    `${options.name} did not answer within ${options.readyTimeoutMs / 1_000} s. The end of its log:\n${tail(readFileSync(options.logFile, "utf8"))}`,
  );
}

/** Waits until a URL answers with success. `false` when the process has ended or the time is over. */
export async function answers(url: string, pid: number | undefined, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline && (pid === undefined || isAlive(pid))) {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok === true) {
      return true;
    }
    await delay(200);
  }
  return false;
}
