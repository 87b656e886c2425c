/** Where a command writes. Tests pass their own. */
export interface Terminal {
  /** Characters that fit on a line; undefined where nobody wraps lines: a file, a pipe. */
  readonly columns?: number | undefined;
  out(line: string): void;
  err(line: string): void;
}

/** The terminal of this process. */
export const processTerminal: Terminal = {
  get columns() {
    return process.stdout.isTTY ? process.stdout.columns : undefined;
  },
  out: (line) => {
    process.stdout.write(`${line}\n`);
  },
  err: (line) => {
    process.stderr.write(`${line}\n`);
  },
};
