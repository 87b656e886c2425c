import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { deserialize, serialize } from "node:v8";
import { crc32 } from "node:zlib";
import { createDataFolder, describeError, LocalError } from "../common/index.ts";
import type { JournalRecord } from "./record.ts";

/** "Fanf" in ASCII: marks the SQLite file as ours. */
const APPLICATION_ID = 0x46616e66;
/** Increased when data files of an earlier version can no longer be read. Format 1 was not a SQLite file. */
const FORMAT = 2;
const FORMAT_1 = /^(?:journal-\d+\.log|snapshot-\d+\.json)$/;

/** Result codes. Source: SQLite documentation, "Result and Error Codes". */
const SQLITE_BUSY = 5;
const SQLITE_NOTADB = 26;

/** A record as it is stored, with its size. */
export interface StoredRecord {
  readonly record: JournalRecord;
  readonly bytes: number;
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
  constructor(folder: string) {
    createDataFolder(folder);
    const earlier = readdirSync(folder).find((name) => FORMAT_1.test(name));
    if (earlier !== undefined) {
      throw invalid(`${join(folder, earlier)} has the data format 1; only ${FORMAT} is supported`);
    }
    this.#path = join(folder, "journal.sqlite");
    const ownerPath = join(folder, "pid");
    let database: DatabaseSync | undefined;
    try {
      database = new DatabaseSync(this.#path);
      prepare(database, this.#path);
      this.#insert = database.prepare("INSERT INTO record (content, checksum) VALUES (?, ?)");
    } catch (error) {
      database?.close();
      throw explain(error, this.#path, ownerPath);
    }
    this.#database = database;
    writeFileSync(ownerPath, `${process.pid}\n`);
  }

  /**
   * All records, in order.
   *
   * @throws LocalError `DataInvalid` for a record that does not match its checksum.
   */
  *records(): Generator<StoredRecord> {
    for (const { sequence, content, checksum } of this.#database
      .prepare("SELECT * FROM record ORDER BY sequence")
      .iterate()) {
      if (!(content instanceof Uint8Array) || crc32(content) !== checksum) {
        throw invalid(`${this.#path} is damaged: record ${String(sequence)} does not match its checksum`);
      }
      // The application id, the format and the checksum vouch for its shape.
      yield { record: deserialize(content) as JournalRecord, bytes: content.byteLength };
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

/** Takes the lock, checks whose file it is before anything is written to it, and creates the table in a new one. */
function prepare(database: DatabaseSync, path: string): void {
  database.exec("PRAGMA locking_mode = EXCLUSIVE");
  const applicationId = numberOf(database, "SELECT application_id AS value FROM pragma_application_id");
  const format = numberOf(database, "SELECT user_version AS value FROM pragma_user_version");
  const isNew = applicationId === 0 && numberOf(database, "SELECT count(*) AS value FROM sqlite_schema") === 0;
  if (!isNew && applicationId !== APPLICATION_ID) {
    throw foreign(path);
  }
  if (!isNew && format !== FORMAT) {
    throw invalid(`${path} has the data format ${format}; only ${FORMAT} is supported`);
  }
  if (isNew) {
    // With auto_vacuum the file shrinks when a snapshot replaces the journal. It has to be set before the first write.
    database.exec("PRAGMA auto_vacuum = FULL");
  }
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  if (isNew) {
    database.exec(`
      BEGIN;
      PRAGMA application_id = ${APPLICATION_ID};
      PRAGMA user_version = ${FORMAT};
      CREATE TABLE record (sequence INTEGER PRIMARY KEY, content BLOB NOT NULL, checksum INTEGER NOT NULL) STRICT;
      COMMIT`);
  }
}

function numberOf(database: DatabaseSync, query: string): number {
  return Number(database.prepare(query).get()?.value);
}

function invalid(message: string): LocalError {
  const remedy = "choose another folder, or remove this one to start without its data";
  return new LocalError("DataInvalid", message, { remedy });
}

function foreign(path: string): LocalError {
  return new LocalError("DataInvalid", `${path} is not a data file of Fanfare`, { remedy: "choose another folder" });
}

/** The error of a data file that cannot be opened. */
function explain(error: unknown, path: string, ownerPath: string): unknown {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  if (code === SQLITE_BUSY) {
    return new LocalError("DataInUse", `${path} is in use by ${ownerOf(ownerPath)}`, {
      remedy: "stop that process or choose another folder",
      cause: error,
    });
  }
  if (code === SQLITE_NOTADB) {
    return foreign(path);
  }
  return error instanceof LocalError
    ? error
    : new LocalError("DataInvalid", `${path} cannot be opened: ${describeError(error)}`, {
        remedy: "make it readable and writable, or choose another folder",
        cause: error,
      });
}

function ownerOf(path: string): string {
  try {
    return `process ${readFileSync(path, "utf8").trim()}`;
  } catch {
    return "another process";
  }
}
