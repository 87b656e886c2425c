import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLOutputValue, type StatementSync } from "node:sqlite";
import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";
import { createDataFolder } from "../common/index.ts";
import { damaged, explainOpening, foreign, unsupportedFormat } from "./data-errors.ts";
import { APPLICATION_ID, emptyNewFile, ownerOfFile } from "./data-header.ts";
import type { JournalRecord } from "./record.ts";

/**
 * Increased when data files of an earlier version can no longer be read: operations are repeated, so the engine must draw the same ids as
 * then. Format 1 was not a SQLite file.
 */
const FORMAT = 4;
const FORMAT_1 = /^(?:journal-\d+\.log|snapshot-\d+\.json)$/;

/** SQLite's page size; the default of all its versions since 3.12. */
const PAGE_BYTES = 4_096;

/** What SQLite keeps beside its file: the write-ahead log, and the index of that. */
const COMPANIONS = ["", "-wal", "-shm"];

/** A record as it is stored, with its size. */
export interface StoredRecord {
  readonly record: JournalRecord;
  readonly bytes: number;
}

export interface DataFileOptions {
  /** Bytes that the file may grow to; what would not fit any more fails like on a full disk. @default what the disk has */
  readonly maximumBytes?: number | undefined;
}

/**
 * The journal's records in a SQLite file, one transaction per change. A change is in the write-ahead log when the method
 * returns: the operating system has it, so it survives when the process is killed. A power failure may lose the latest
 * changes, but never leaves half of one (`synchronous = NORMAL`). SQLite's exclusive lock keeps other processes away
 * and ends with the process.
 */
export class DataFile {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;

  /**
   * Opens the data file of a folder. Creates both if they do not exist.
   *
   * @throws LocalError `DataInUse` while another process has it open; `DataInvalid` for a file of another program or
   *   version, which stays as it is.
   */
  constructor(folder: string, { maximumBytes }: DataFileOptions = {}) {
    createDataFolder(folder);
    const earlier = readdirSync(folder).find((name) => FORMAT_1.test(name));
    if (earlier !== undefined) {
      throw unsupportedFormat(join(folder, earlier), 1, FORMAT);
    }
    this.#path = dataPath(folder);
    const ownerPath = join(folder, "pid");
    let database: DatabaseSync | undefined;
    try {
      refuseForeign(this.#path);
      database = new DatabaseSync(this.#path);
      prepare(database, this.#path);
      if (maximumBytes !== undefined) {
        database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maximumBytes / PAGE_BYTES))}`);
      }
      this.#insert = database.prepare("INSERT INTO record (content, checksum) VALUES (?, ?)");
    } catch (error) {
      database?.close();
      throw explainOpening(error, this.#path, () => ownerOf(ownerPath));
    }
    this.#database = database;
    writeFileSync(ownerPath, `${process.pid}\n`);
  }

  /**
   * All records, in order. Records of zeros at the end are not part of the journal: space for them was there, their
   * content was never written. They are removed.
   *
   * @throws LocalError `DataInvalid` for a record that cannot be read or does not match its checksum.
   */
  *records(): Generator<StoredRecord> {
    let firstOfZeros: number | undefined;
    try {
      for (const row of this.#database.prepare("SELECT * FROM record ORDER BY sequence").iterate()) {
        const stored = decode(row);
        if (stored === undefined && isZeros(row)) {
          firstOfZeros ??= Number(row.sequence);
        } else if (stored === undefined || firstOfZeros !== undefined) {
          throw damaged(this.#path, `record ${String(firstOfZeros ?? row.sequence)} does not match its checksum`);
        } else {
          yield stored;
        }
      }
    } catch (error) {
      throw explainOpening(error, this.#path, () => "this process");
    }
    if (firstOfZeros !== undefined) {
      this.#database.prepare("DELETE FROM record WHERE sequence >= ?").run(firstOfZeros);
    }
  }

  /** Appends a record. Returns its size in bytes. */
  append(record: JournalRecord): number {
    const content = serialize(record);
    this.#insert.run(content, crc32(content));
    return content.byteLength;
  }

  /** Puts one record in the place of all. Returns its size in bytes. */
  replaceAll(record: JournalRecord): number {
    this.#database.exec("BEGIN");
    try {
      this.#database.exec("DELETE FROM record");
      const bytes = this.append(record);
      this.#database.exec("COMMIT");
      return bytes;
    } catch (error) {
      if (this.#database.isTransaction) {
        this.#database.exec("ROLLBACK");
      }
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }
}

/** The data file of a folder. */
export function dataPath(folder: string): string {
  return join(folder, "journal.sqlite");
}

/**
 * Moves the data file of a folder out of the way, under a name that is free: `journal.sqlite.damaged-1`.
 *
 * @returns its new path
 */
export function setAside(folder: string): string {
  const path = dataPath(folder);
  let number = 1;
  while (existsSync(`${path}.damaged-${number}`)) {
    number++;
  }
  const aside = `${path}.damaged-${number}`;
  for (const companion of COMPANIONS) {
    if (existsSync(path + companion)) {
      renameSync(path + companion, aside + companion);
    }
  }
  return aside;
}

/** Before SQLite opens the file, which may write to it. */
function refuseForeign(path: string): void {
  switch (ownerOfFile(path)) {
    case "foreign":
      throw foreign(path);
    case "new":
      emptyNewFile(path);
      break;
    case "ours":
      break;
  }
}

/** Takes the lock, and creates the table in a new file. */
function prepare(database: DatabaseSync, path: string): void {
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  if (numberOf(database, "SELECT count(*) AS value FROM sqlite_schema") === 0) {
    // The marks go into the file itself, before there is a write-ahead log. With auto_vacuum, which has to be set before
    // the first write, the file shrinks when a snapshot replaces the journal.
    database.exec(`
      PRAGMA auto_vacuum = FULL;
      PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = ${FORMAT}`);
  }
  const format = numberOf(database, "SELECT user_version AS value FROM pragma_user_version");
  if (format !== FORMAT) {
    throw unsupportedFormat(path, format, FORMAT);
  }
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS record (sequence INTEGER PRIMARY KEY, content BLOB NOT NULL, checksum INTEGER NOT NULL)
    STRICT`);
}

/** @returns undefined for a record that does not match its checksum */
export function decode({ content, checksum }: Record<string, SQLOutputValue>): StoredRecord | undefined {
  if (!(content instanceof Uint8Array) || crc32(content) !== checksum) {
    return undefined;
  }
  // The application id, the format and the checksum vouch for its shape.
  return { record: deserialize(content) as JournalRecord, bytes: content.byteLength };
}

function isZeros({ content }: Record<string, SQLOutputValue>): boolean {
  return content instanceof Uint8Array && content.every((byte) => byte === 0);
}

function numberOf(database: DatabaseSync, query: string): number {
  return Number(database.prepare(query).get()?.value);
}

function ownerOf(path: string): string {
  try {
    return `process ${readFileSync(path, "utf8").trim()}`;
  } catch {
    return "another process";
  }
}
