import { copyFileSync, existsSync, rmSync, statSync, truncateSync } from "node:fs";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";
import { Engine } from "../engine/index.ts";
import { CallEnvironment } from "./call-environment.ts";
import { RepairableError } from "./data-errors.ts";
import { DataFile, dataPath, decode, setAside } from "./data-file.ts";
import { sizeByHeader } from "./data-header.ts";
import { type JournalRecord, replay } from "./record.ts";

/** After so many records in a row that cannot be read, the rest of a damaged file is given up. */
const GIVE_UP_AFTER = 10_000;

/**
 * Saves what can be read of a damaged data folder. Records that cannot be read, and those that cannot be repeated without
 * them, are left out. The state that the others lead to goes into a new file; the damaged one stays beside it.
 *
 * @returns what it did, in words; undefined where nothing was wrong
 * @throws LocalError `DataInUse` while another process has it open; `DataInvalid` for a file of another program or version.
 */
export function repairData(folder: string, clock: () => number = Date.now): string | undefined {
  if (isSound(folder, clock)) {
    return undefined;
  }
  const { engine, environment } = emptyEngine(clock);
  const counts = { kept: 0, lost: 0 };
  for (const record of readable(dataPath(folder))) {
    try {
      if (record === undefined) {
        counts.lost++;
      } else {
        replay(record, engine, environment);
        counts.kept++;
      }
    } catch {
      counts.lost++;
    }
  }
  const circumstances = environment.circumstances();
  const snapshot = environment.during(circumstances, () => engine.snapshot());
  const aside = setAside(folder);
  const file = new DataFile(folder);
  file.replaceAll({ kind: "snapshot", at: circumstances.at, engine: snapshot });
  file.close();
  return `repaired ${folder}: ${counts.kept} records were kept, ${counts.lost} could not be read or repeated; the damaged file is ${aside}`;
}

function emptyEngine(clock: () => number) {
  const environment = new CallEnvironment(clock, () => "http://localhost");
  return {
    environment,
    engine: new Engine({ environment, endpoint: () => environment.endpoint(), signsMessages: true }),
  };
}

/** Whether the folder can be opened as it is. */
function isSound(folder: string, clock: () => number): boolean {
  const { engine, environment } = emptyEngine(clock);
  let file: DataFile | undefined;
  try {
    file = new DataFile(folder);
    for (const { record } of file.records()) {
      replay(record, engine, environment);
    }
    return true;
  } catch (error) {
    if (error instanceof RepairableError) {
      return false;
    }
    throw error;
  } finally {
    file?.close();
  }
}

/** What can be read of a damaged file, in order; `undefined` for each record, or run of records, that cannot. */
function* readable(path: string): Generator<JournalRecord | undefined> {
  const copy = `${path}.repair`;
  let database: DatabaseSync | undefined;
  try {
    copyFile(path, copy);
    database = new DatabaseSync(copy);
    yield* salvage(database);
  } catch {
    // So damaged that it cannot even be opened.
    yield undefined;
  } finally {
    database?.close();
    for (const companion of ["", "-wal", "-shm"]) {
      rmSync(copy + companion, { force: true });
    }
  }
}

/** SQLite does not open a file that is shorter than its header says, so the copy gets its full length back. */
function copyFile(path: string, copy: string): void {
  copyFileSync(path, copy);
  if (existsSync(`${path}-wal`)) {
    copyFileSync(`${path}-wal`, `${copy}-wal`);
  }
  truncateSync(copy, Math.max(statSync(copy).size, sizeByHeader(copy)));
}

function* salvage(database: DatabaseSync): Generator<JournalRecord | undefined> {
  const next = database.prepare("SELECT * FROM record WHERE sequence > ? ORDER BY sequence LIMIT 1");
  let last = 0;
  for (let misses = 0; misses < GIVE_UP_AFTER; ) {
    let row: Record<string, SQLOutputValue> | undefined;
    try {
      row = next.get(last);
    } catch {
      misses++;
      last++;
      if (misses === 1) {
        yield undefined;
      }
      continue;
    }
    if (row === undefined) {
      return;
    }
    misses = 0;
    last = Number(row.sequence);
    yield decode(row)?.record;
  }
}
