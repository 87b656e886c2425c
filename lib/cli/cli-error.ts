/**
 * Exit codes of the command: 0 done, or stopped on request; 1 it failed; 2 it was called wrongly; 130 stopped by force
 * (a second Ctrl-C).
 */
export const EXIT = { ok: 0, failed: 1, usage: 2, forced: 130 } as const;

/** An error that its message explains: shown as one line, without a stack trace. */
export class CliError extends Error {
  readonly exitCode: number;

  constructor(message: string, options: { exitCode?: number; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.name = "CliError";
    this.exitCode = options.exitCode ?? EXIT.failed;
  }
}

/** What to print for anything thrown: the message, and with `verbose` the stack. */
export function explain(error: unknown, verbose: boolean): string {
  if (!(error instanceof Error)) {
    return String(error);
  }
  return verbose ? (error.stack ?? error.message) : error.message;
}
