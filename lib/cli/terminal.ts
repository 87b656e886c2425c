/** Where a command writes. Tests pass their own. */
export interface Terminal {
  out(line: string): void;
  err(line: string): void;
}

/** The terminal of this process. */
export const processTerminal: Terminal = {
  out: (line) => {
    process.stdout.write(`${line}\n`);
  },
  err: (line) => {
    process.stderr.write(`${line}\n`);
  },
};
