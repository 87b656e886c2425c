/**
 * Exit codes of the command: 0 done, or stopped on request; 1 failed; 2 called with wrong arguments; 3 no access; 130 stopped by force
 * (a second Ctrl-C).
 */
export const EXIT = { ok: 0, failed: 1, usage: 2, noAccess: 3, forced: 130 } as const;

/** An error whose message explains it: shown as one line, without a stack trace. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "CliError";
    this.exitCode = options.exitCode ?? EXIT.failed;
  }
}

/** Whether the message says all that the user needs: errors of the command, and those of the library, which carry a remedy. */
export function isExplained(error: unknown): boolean {
  return error instanceof CliError || (error instanceof Error && "remedy" in error);
}

/** The text to print for anything thrown: the message, or with `verbose` the stack trace. */
export function explain(error: unknown, verbose: boolean): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return verbose ? (error.stack ?? error.message) : error.message;
}
