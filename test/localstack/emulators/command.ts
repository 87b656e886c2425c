import { spawn } from "node:child_process";

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

/** Runs a program to its end. A program that does not exist, or takes too long, ends without a code. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const { promise, resolve } = Promise.withResolvers<CommandResult>();
  const child = spawn(command, args, {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: options.timeoutMs,
    killSignal: "SIGKILL",
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
  }
  child.once("error", (error) => resolve({ code: undefined, output: `${output}${error.message}\n` }));
  child.once("close", (code) => resolve({ code: code ?? undefined, output }));
  return await promise;
}

/** The last lines of an output, for messages. */
export function tail(output: string, lines = 15): string {
  return output.trimEnd().split("\n").slice(-lines).join("\n");
}
