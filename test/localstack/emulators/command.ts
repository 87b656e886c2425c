import { spawn } from "node:child_process";
import { killGroup, Watchdog } from "../../../lib/local/common/index.ts";

/** How a command ended. Both streams together, in the order in which they were written. */
export interface CommandResult {
  readonly code: number | undefined;
  readonly output: string;
}

/** What {@link runCommand} takes. */
export interface CommandOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly timeoutMs: number;
}

/**
 * Runs a program to its end, in a process group of its own that ends with this process, however that ends. A program that does
 * not exist, or takes too long, ends without a code.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const { promise, resolve } = Promise.withResolvers<CommandResult>();
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const watchdog = new Watchdog();
  const { pid } = child;
  if (pid !== undefined) {
    watchdog.guard(pid);
  }
  const timer = setTimeout(() => {
    if (pid !== undefined) {
      killGroup(pid);
    }
  }, options.timeoutMs);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  child.once("error", (error) => resolve({ code: undefined, output: `${output}${error.message}\n` }));
  child.once("close", (code) => resolve({ code: code ?? undefined, output }));
  const result = await promise;
  clearTimeout(timer);
  if (pid !== undefined) {
    watchdog.release(pid);
  }
  await watchdog.close();
  return result;
}

/** The last lines of an output, for messages. */
export function tail(output: string, lines = 15): string {
  return output.trimEnd().split("\n").slice(-lines).join("\n");
}
