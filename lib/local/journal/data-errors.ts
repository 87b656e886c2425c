import { describeError, LocalError } from "../common/index.ts";

/** Result codes. Source: SQLite documentation, "Result and Error Codes". */
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_NOTADB = 26;

/** The low byte of an extended result code is the primary one. */
const PRIMARY = 0xff;

const REPAIR =
  "start with --repair to keep what can be read, which sets the damaged file aside; or choose another folder";

/** `DataInvalid` for a data file of ours of which a repair can save a part. */
export class RepairableError extends LocalError {}

export function damaged(path: string, detail: string, cause?: unknown): LocalError {
  return new RepairableError("DataInvalid", `${path} is damaged: ${detail}`, { remedy: REPAIR, cause });
}

export function foreign(path: string): LocalError {
  return new LocalError("DataInvalid", `${path} is not a data file of Fanfare`, { remedy: "choose another folder" });
}

export function unsupportedFormat(path: string, format: number, supported: number): LocalError {
  return new LocalError("DataInvalid", `${path} has the data format ${format}; only ${supported} is supported`, {
    remedy: "choose another folder, or remove this one to start without its data",
  });
}

/** A recorded call does not end as it did: the rules of the engine changed since, or a record is missing. */
export function otherOutcome(detail: string, cause: unknown): LocalError {
  return new RepairableError("DataInvalid", `the journal cannot be repeated: ${detail}`, {
    remedy: `start the version of Fanfare that wrote the data folder, or ${REPAIR}`,
    cause,
  });
}

/** The error of a data file that cannot be opened or read. */
export function explainOpening(error: unknown, path: string, owner: () => string): unknown {
  if (error instanceof LocalError) {
    return error;
  }
  switch (resultCode(error)) {
    case SQLITE_BUSY:
      return new LocalError("DataInUse", `${path} is in use by ${owner()}`, {
        remedy: "stop that process or choose another folder",
        cause: error,
      });
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return damaged(path, describeError(error), error);
    default:
      return new LocalError("DataInvalid", `${path} cannot be opened: ${describeError(error)}`, {
        remedy: "make it readable and writable, or choose another folder",
        cause: error,
      });
  }
}

/** The error of a journal that cannot be repeated any more. */
export function explainReading(error: unknown, folder: string): LocalError {
  return error instanceof LocalError
    ? error
    : new LocalError("DataInvalid", `the data folder ${folder} cannot be read: ${describeError(error)}`, {
        cause: error,
      });
}

/** The error of a record that cannot be written. */
export function explainWriting(error: unknown, folder: string): LocalError {
  const isFull = resultCode(error) === SQLITE_FULL;
  const detail = isFull ? "the disk is full" : describeError(error);
  const first = isFull ? "free disk space" : "make the folder writable";
  return new LocalError("DataNotWritten", `cannot write to the data folder ${folder}: ${detail}`, {
    remedy: `${first} or choose another folder, then start again; every call that returned a result is stored`,
    cause: error,
  });
}

function resultCode(error: unknown): number | undefined {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number"
    ? error.errcode & PRIMARY
    : undefined;
}
