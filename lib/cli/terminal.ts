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

/** Calls back when nobody reads the output any more, as in `fanfare dlq export Billing --all | head -1`. */
export function onUnread(unread: () => void): void {
  process.stdout.on("error", unread);
  // What is told there helps nobody any more.
  process.stderr.on("error", () => {});
}

/** Resolves when everything that was written is out of this process: `process.exit` does not wait for slow readers. */
export async function flushed(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise<void>((done) => stream.write("", () => done()))),
  );
}
