import type { Readable } from "node:stream";

/** An invocation may print without end and without a line break: longer lines are handed on in pieces of this size. */
const MAX_LINE_CHARACTERS = 256 * 1024;

/** Calls back with each line of a stream, and with the rest when it ends. */
export function forEachLine(stream: Readable, onLine: (line: string) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    lines.forEach(onLine);
    if (rest.length > MAX_LINE_CHARACTERS) {
      onLine(rest);
      rest = "";
    }
  });
  stream.on("end", () => {
    if (rest !== "") {
      onLine(rest);
      rest = "";
    }
  });
}
