import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { appendLines } from "../../../lib/ops/index.ts";
import { MoveJournal } from "../../../lib/ops/move/journal.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fanfare-journal-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Cuts the last characters off, as a full disk or a crash does. */
function tear(file: string, characters: number): void {
  truncateSync(file, readFileSync(file).byteLength - characters);
}

const open = (file: string) => MoveJournal.open(file, "dead", "source", 0);

describe("a journal whose last line was torn", () => {
  test.each([1, 2, 10])(
    "by %i characters still knows, when resumed again, what was sent when it was first resumed",
    (characters) => {
      const file = join(folder, "moves", "journal.ndjson");
      const first = open(file);
      first.sent(["a", "b"]);
      first.deleted(["a", "b"]);
      tear(file, characters);

      const second = open(file);
      second.sent(["c"]);

      const third = open(file);
      expect(third.wasSent("c")).toBe(true);
      expect(third.deduplicationId("c")).toBe(first.deduplicationId("c"));
    },
  );
});

describe("lines", () => {
  test("go on behind a torn one, on a line of their own", () => {
    const file = join(folder, "lines.ndjson");
    appendLines(file, ['{"n":1}']);
    appendFileSync(file, '{"n":');
    appendLines(file, ['{"n":2}', '{"n":3}'], { durable: true });
    appendLines(file, ['{"n":4}']);
    expect(readFileSync(file, "utf8").split("\n")).toEqual(['{"n":1}', '{"n":', '{"n":2}', '{"n":3}', '{"n":4}', ""]);
  });
});
