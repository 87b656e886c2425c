import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { DurableEngine } from "../../../../lib/local/journal/index.ts";
import { CONTEXT, newFolder, open, stateOf, TestClock } from "./support.ts";

let folder: ReturnType<typeof newFolder>;
let data: string;
const clock = new TestClock();

beforeEach(() => {
  folder = newFolder();
  data = join(folder.path, "data");
});

afterEach(() => folder.remove());

const file = () => join(data, "journal.sqlite");

function createQueues(engine: DurableEngine, ...names: string[]): void {
  for (const QueueName of names) {
    engine.sqs.call(CONTEXT, "CreateQueue", { QueueName });
  }
}

const queuesOf = (engine: DurableEngine) =>
  (engine.sqs.call(CONTEXT, "ListQueues", {}).QueueUrls ?? []).map((url) => url.replace(/^.*\//, ""));

/** A folder whose journal has one record a call: closing would have replaced them by a snapshot. */
function journalOf(...names: string[]): void {
  const engine = open(data, clock);
  createQueues(engine, ...names);
  const copy = readFileSync(`${file()}-wal`);
  const main = readFileSync(file());
  engine.close();
  writeFileSync(file(), main);
  writeFileSync(`${file()}-wal`, copy);
  const database = new DatabaseSync(file());
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  database.close();
}

function repair(): { engine: DurableEngine; warnings: string[] } {
  const warnings: string[] = [];
  return { engine: open(data, clock, { repair: true, onWarning: (message) => warnings.push(message) }), warnings };
}

test("what can be read is kept, the damaged file stays beside it, and the next start needs no repair", () => {
  journalOf("first", "second", "third");
  const bytes = readFileSync(file());
  bytes.write("SECOND", bytes.indexOf("second"));
  writeFileSync(file(), bytes);
  expect(() => open(data, clock)).toThrow(/is damaged: record 2 does not match its checksum \(start with --repair/);

  const { engine, warnings } = repair();
  expect(queuesOf(engine)).toEqual(["first", "third"]);
  expect(warnings).toEqual([
    expect.stringMatching(
      /repaired .*: 2 records were kept, 1 could not be read or repeated; the damaged file is .*-1$/,
    ),
  ]);
  createQueues(engine, "fourth");
  engine.close();
  expect(readFileSync(`${file()}.damaged-1`).equals(bytes)).toBe(true);
  const again = open(data, clock);
  expect(queuesOf(again)).toEqual(["first", "fourth", "third"]);
  again.close();
});

test("a call that depends on a lost record is left out", () => {
  const engine = open(data, clock);
  createQueues(engine, "gone", "kept");
  for (const name of ["gone", "kept"]) {
    engine.sqs.call(CONTEXT, "SendMessage", { QueueUrl: name, MessageBody: "x" });
  }
  const main = readFileSync(file());
  const log = readFileSync(`${file()}-wal`);
  engine.close();
  writeFileSync(file(), main);
  writeFileSync(`${file()}-wal`, log);
  const database = new DatabaseSync(file());
  database.exec("UPDATE record SET checksum = 1 WHERE sequence = 1");
  database.close();

  const { engine: repaired, warnings } = repair();
  expect(queuesOf(repaired)).toEqual(["kept"]);
  expect(warnings[0]).toContain("2 records were kept, 2 could not be read or repeated");
  repaired.close();
});

test("a file that SQLite cannot open at all is set aside, and the folder starts empty", () => {
  journalOf("first");
  const bytes = readFileSync(file());
  bytes.fill(7, 100);
  writeFileSync(file(), bytes);
  expect(() => open(data, clock)).toThrow(expect.objectContaining({ code: "DataInvalid" }));
  const { engine, warnings } = repair();
  expect(queuesOf(engine)).toEqual([]);
  expect(warnings).toHaveLength(1);
  engine.close();
});

test("a journal whose pages are cut off is read as far as it goes", () => {
  const names = Array.from({ length: 60 }, (_, index) => `queue-${String(index).padStart(2, "0")}`);
  journalOf(...names);
  const bytes = readFileSync(file());
  writeFileSync(file(), bytes.subarray(0, bytes.length - 4_096));
  expect(() => open(data, clock)).toThrow(/is damaged.*--repair/);
  const { engine } = repair();
  const kept = queuesOf(engine);
  expect(kept.length).toBeGreaterThan(10);
  expect(names).toEqual(expect.arrayContaining(kept));
  engine.close();
});

test("a folder without damage is left as it is", () => {
  journalOf("first");
  const first = open(data, clock);
  const before = stateOf(first);
  first.close();
  const { engine, warnings } = repair();
  expect(warnings).toEqual([]);
  expect(stateOf(engine)).toEqual(before);
  engine.close();
  expect(readdirSync(data).filter((name) => name.includes("damaged"))).toEqual([]);
});

test("a foreign file is refused by a repair, too", () => {
  journalOf("first");
  writeFileSync(file(), "notes of somebody");
  expect(() => repair()).toThrow(/is not a data file of Fanfare/);
  expect(readFileSync(file(), "utf8")).toBe("notes of somebody");
  expect(existsSync(`${file()}.damaged-1`)).toBe(false);
});
