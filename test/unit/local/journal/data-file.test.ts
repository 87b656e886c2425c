import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DataFile } from "../../../../lib/local/journal/data-file.ts";
import type { JournalRecord } from "../../../../lib/local/journal/record.ts";
import { CONTEXT, newFolder } from "./support.ts";

let folder: ReturnType<typeof newFolder>;
let data: string;

beforeEach(() => {
  folder = newFolder();
  data = join(folder.path, "data");
});

afterEach(() => folder.remove());

const path = () => join(data, "journal.sqlite");

function call(input: object): JournalRecord {
  const circumstances = { at: 1, seed: "00", endpoint: "http://localhost" };
  return {
    kind: "call",
    ...circumstances,
    service: "s3",
    context: CONTEXT,
    operation: "PutObject",
    input,
    failed: false,
  };
}

function recordsOf(file: DataFile): JournalRecord[] {
  return Array.from(file.records(), ({ record }) => record);
}

/** Reads or changes the file with SQLite alone. */
function withSqlite<Result>(use: (database: DatabaseSync) => Result): Result {
  const database = new DatabaseSync(path());
  try {
    return use(database);
  } finally {
    database.close();
  }
}

/** Names that a plain object could confuse with its own. */
const names = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "toJSON", "0"));

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "binary" }),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.uint8Array(),
    fc.constant(new Uint8Array(100_000).fill(9)),
    fc.date({ noInvalidDate: true }),
    fc.array(tie("value")),
    fc.dictionary(names, tie("value"), { noNullPrototype: true }),
  ),
})).value;

test("inputs of any shape are stored and read as they are", () => {
  const file = new DataFile(data);
  fc.assert(
    fc.property(values, (value) => {
      file.replaceAll(call({ value }));
      expect(isDeepStrictEqual(recordsOf(file), [call({ value })])).toBe(true);
    }),
  );
  file.close();
});

test("records keep their order, and replacing them removes all before", () => {
  const file = new DataFile(data);
  const sizes = [1, 2, 3].map((number) => file.append(call({ number })));
  expect(Array.from(file.records(), ({ bytes }) => bytes)).toEqual(sizes);
  expect(recordsOf(file)).toEqual([1, 2, 3].map((number) => call({ number })));
  file.replaceAll(call({ number: 4 }));
  file.append(call({ number: 5 }));
  file.close();
  const again = new DataFile(data);
  expect(recordsOf(again)).toEqual([4, 5].map((number) => call({ number })));
  again.close();
});

test("a second opener is refused with the process that holds the file", () => {
  const file = new DataFile(data);
  expect(() => new DataFile(data)).toThrow(
    expect.objectContaining({
      code: "DataInUse",
      message: expect.stringContaining(`in use by process ${process.pid} (stop that process or choose another folder)`),
    }),
  );
  file.close();
  new DataFile(data).close();
});

test("the process number of an earlier owner does not lock anything", () => {
  new DataFile(data).close();
  writeFileSync(join(data, "pid"), `${process.ppid}\n`);
  new DataFile(data).close();
});

test("a folder of format 1 is refused and stays as it is", () => {
  mkdirSync(data);
  writeFileSync(join(data, "snapshot-3.json"), "{}");
  expect(() => new DataFile(data)).toThrow(/snapshot-3\.json has the data format 1; only 4 is supported \(choose/);
  expect(readdirSync(data)).toEqual(["snapshot-3.json"]);
});

test("a file of a later format is refused and stays as it is", () => {
  new DataFile(data).close();
  withSqlite((database) => database.exec("PRAGMA user_version = 99"));
  const before = readFileSync(path());
  expect(() => new DataFile(data)).toThrow(/data format 99; only 4 is supported/);
  expect(readFileSync(path())).toEqual(before);
});

test.for([
  ["a text file", () => writeFileSync(path(), "notes of somebody\n".repeat(100))],
  ["another program's database", () => withSqlite((database) => database.exec("CREATE TABLE note (text TEXT)"))],
] as const)("%s of that name is refused and stays as it is", ([, write]) => {
  mkdirSync(data);
  write();
  const before = readFileSync(path());
  expect(() => new DataFile(data)).toThrow(
    expect.objectContaining({ code: "DataInvalid", message: expect.stringContaining("is not a data file of Fanfare") }),
  );
  expect(readFileSync(path())).toEqual(before);
  expect(existsSync(join(data, "pid"))).toBe(false);
});

test("a record that has changed on the disk is an error and not a loss", () => {
  const file = new DataFile(data);
  for (const text of ["before", "damaged", "after"]) {
    file.append(call({ text }));
  }
  file.close();
  const bytes = readFileSync(path());
  bytes.write("D", bytes.indexOf("damaged"));
  writeFileSync(path(), bytes);
  const damaged = new DataFile(data);
  expect(() => recordsOf(damaged)).toThrow(
    expect.objectContaining({
      code: "DataInvalid",
      message: expect.stringMatching(/record 2 does not match its checksum/),
    }),
  );
  damaged.close();
});

test.for([
  ["a part of a transaction", Buffer.from([200, 0, 0, 0, 1, 2, 3, 4, 91])],
  ["zeros, as after a power failure", Buffer.alloc(20_000)],
] as const)("%s at the end of the log is not a record", ([, tail]) => {
  const file = new DataFile(data);
  file.append(call({ number: 1 }));
  const copy = join(folder.path, "copy");
  mkdirSync(copy);
  for (const name of ["journal.sqlite", "journal.sqlite-wal"]) {
    writeFileSync(join(copy, name), readFileSync(join(data, name)));
  }
  file.close();
  appendFileSync(join(copy, "journal.sqlite-wal"), tail);
  const restored = new DataFile(copy);
  restored.append(call({ number: 2 }));
  restored.close();
  const again = new DataFile(copy);
  expect(recordsOf(again)).toEqual([1, 2].map((number) => call({ number })));
  again.close();
});

test("the file shrinks when a smaller record replaces all", () => {
  const file = new DataFile(data);
  file.append(call({ Body: new Uint8Array(3_000_000).fill(7) }));
  file.replaceAll(call({}));
  file.close();
  expect(readFileSync(path()).byteLength).toBeLessThan(50_000);
});

test("another program's database with a write-ahead log is not even opened", () => {
  mkdirSync(data);
  const other = new DatabaseSync(path());
  other.exec("PRAGMA journal_mode = WAL; CREATE TABLE note (text TEXT)");
  const copy = `${data}-copy`;
  cpSync(data, copy, { recursive: true });
  other.close();
  const before = readdirSync(copy);
  expect(() => new DataFile(copy)).toThrow(/is not a data file of Fanfare/);
  expect(readdirSync(copy)).toEqual(before);
});

test.each(["journal.sqlite", "journal.sqlite-wal"])("zeros at the end of %s are the end of the log", (name) => {
  const file = new DataFile(data);
  file.append(call({ number: 1 }));
  file.append(call({ number: 2 }));
  const copy = `${data}-killed`;
  cpSync(data, copy, { recursive: true });
  file.close();
  appendFileSync(join(copy, name), new Uint8Array(10_000));
  const again = new DataFile(copy);
  expect(recordsOf(again)).toEqual([1, 2].map((number) => call({ number })));
  again.append(call({ number: 3 }));
  again.close();
  const once = new DataFile(copy);
  expect(recordsOf(once)).toHaveLength(3);
  once.close();
});

test("records of zeros at the end are removed, so that the journal goes on behind the last good one", () => {
  const file = new DataFile(data);
  file.append(call({ number: 1 }));
  file.append(call({ number: 2 }));
  file.close();
  withSqlite((database) => database.exec("UPDATE record SET content = zeroblob(200) WHERE sequence = 2"));
  const again = new DataFile(data);
  expect(recordsOf(again)).toEqual([call({ number: 1 })]);
  again.append(call({ number: 3 }));
  expect(recordsOf(again)).toEqual([1, 3].map((number) => call({ number })));
  again.close();
});

test("a record of zeros before a good one is damage", () => {
  const file = new DataFile(data);
  file.append(call({ number: 1 }));
  file.append(call({ number: 2 }));
  file.close();
  withSqlite((database) => database.exec("UPDATE record SET content = zeroblob(200) WHERE sequence = 1"));
  const again = new DataFile(data);
  expect(() => recordsOf(again)).toThrow(/record 1 does not match its checksum \(start with --repair/);
  again.close();
});

test("a file of nothing but zeros is a new one", () => {
  mkdirSync(data);
  writeFileSync(path(), new Uint8Array(8_192));
  const file = new DataFile(data);
  file.append(call({ number: 1 }));
  file.close();
  const again = new DataFile(data);
  expect(recordsOf(again)).toEqual([call({ number: 1 })]);
  again.close();
});
