import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { jsonError, wantsJson } from "../../../lib/cli/json-error.ts";
import { ask } from "../../../lib/cli/ops/ask.ts";
import { tableText } from "../../../lib/cli/ops/table.ts";
import { timeOf } from "../../../lib/cli/ops/text.ts";

const HEAD = ["group", "letters", "cause"];
const PROSE =
  "TypeError: Cannot read properties of undefined (reading 'price') while the order was charged for the third time";
const ROWS = [
  ["1f0c2a9d3b4e5f60", "1,240", PROSE],
  ["moved-by-sqs", "3", "too many receives"],
];

const plain = (columns: number | undefined) => stripVTControlCharacters(tableText(HEAD, ROWS, columns));

test.each([200, 120, 80, 60, 40])("a table fits into %i columns, and every name can be copied", (columns) => {
  const text = plain(columns);
  expect(
    Math.max(
      ...text
        .split("\n")
        .filter((line) => !line.includes("TypeError"))
        .map((line) => line.length),
    ),
  ).toBeLessThanOrEqual(columns);
  for (const name of ["1f0c2a9d3b4e5f60", "moved-by-sqs", "1,240"]) {
    expect(text).toContain(name);
  }
});

test("prose is wrapped first; where that is not enough, each row is a block", () => {
  expect(plain(undefined)).toContain(PROSE);
  expect(plain(80)).toContain("│");
  expect(plain(80)).not.toContain(PROSE);
  expect(plain(40)).toContain(`group    1f0c2a9d3b4e5f60\nletters  1,240\ncause    ${PROSE}\n\ngroup    moved-by-sqs`);
});

test.each<[string, number | undefined]>([
  ["2h", 1_000_000_000_000 - 7_200_000],
  ["90s", 1_000_000_000_000 - 90_000],
  ["2026-11-29T03:00:00Z", Date.UTC(2026, 10, 29, 3)],
  ["2026-11-29T03:00+01:00", Date.UTC(2026, 10, 29, 2)],
  ["2026-11-29", Date.UTC(2026, 10, 29)],
  ["5", undefined],
  ["2026", undefined],
  ["2026-13-45", undefined],
  ["yesterday 5", undefined],
  ["1 Jan", undefined],
  ["2", undefined],
  ["-2h", undefined],
  ["", undefined],
])("the time %j is %j", (text, at) => {
  expect(timeOf(text, 1_000_000_000_000)).toBe(at);
});

test.each<[string, string[], boolean]>([
  ["an option", ["ps", "--json"], true],
  ["no option", ["ps"], false],
  ["an argument after --", ["send", "Orders", "--", "--json"], false],
])("--json as %s", (_, argv, wanted) => {
  expect(wantsJson(argv)).toBe(wanted);
});

test("an error for programs has the message and the exit code", () => {
  expect(JSON.parse(jsonError("error: unknown option '--nope'", 2))).toEqual({
    error: { message: "unknown option '--nope'", exitCode: 2 },
  });
});

function asking(signal = new AbortController().signal) {
  const input = new PassThrough();
  const answer = ask("To purge 3 letters, type the queue's name (billing-dlq): ", {
    input,
    output: new PassThrough(),
    signal,
  });
  return { input, answer };
}

test("a question is answered with a line", async () => {
  const { input, answer } = asking();
  input.write("billing-dlq\n");
  await expect(answer).resolves.toBe("billing-dlq");
});

test("a question that is closed has no answer: exit code 2, and nothing hangs", async () => {
  const { input, answer } = asking();
  input.end();
  await expect(answer).rejects.toMatchObject({ exitCode: 2, message: expect.stringContaining("Nothing was changed") });
});

test("a question ends when the verb is stopped", async () => {
  const stopping = new AbortController();
  const { answer } = asking(stopping.signal);
  stopping.abort();
  await expect(answer).rejects.toBe(stopping.signal.reason);
});
