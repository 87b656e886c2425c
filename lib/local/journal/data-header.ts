import { closeSync, openSync, readSync, statSync, truncateSync } from "node:fs";

/** "Fanf" in ASCII: marks the SQLite file as ours. */
export const APPLICATION_ID = 0x46616e66;

/** Source: SQLite, "Database File Format", section "The Database Header". */
const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\0";
const APPLICATION_ID_OFFSET = 68;

const PAGE_SIZE_OFFSET = 16;
const PAGE_COUNT_OFFSET = 28;

const CHUNK_BYTES = 65_536;

/**
 * Whose data file it is. Read without SQLite, which may write to what it opens: a foreign file stays as it is.
 *
 * @returns `new` where there is none, or one that holds nothing: it is empty, or nothing but zeros were written to it
 */
export function ownerOfFile(path: string): "new" | "ours" | "foreign" {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) {
    return "new";
  }
  const file = openSync(path, "r");
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    readSync(file, header, 0, HEADER_BYTES, 0);
    if (header.toString("latin1", 0, MAGIC.length) === MAGIC) {
      return header.readUInt32BE(APPLICATION_ID_OFFSET) === APPLICATION_ID ? "ours" : "foreign";
    }
    return isAllZeros(file) ? "new" : "foreign";
  } finally {
    closeSync(file);
  }
}

/** The length in bytes that a SQLite file should have by its own header. */
export function sizeByHeader(path: string): number {
  const header = Buffer.alloc(HEADER_BYTES);
  const file = openSync(path, "r");
  try {
    readSync(file, header, 0, HEADER_BYTES, 0);
  } finally {
    closeSync(file);
  }
  return header.readUInt16BE(PAGE_SIZE_OFFSET) * header.readUInt32BE(PAGE_COUNT_OFFSET);
}

/** Makes a file without content really empty: SQLite takes zeros for a broken header. */
export function emptyNewFile(path: string): void {
  if (statSync(path, { throwIfNoEntry: false }) !== undefined) {
    truncateSync(path);
  }
}

function isAllZeros(file: number): boolean {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let position = 0; ; ) {
    const length = readSync(file, chunk, 0, CHUNK_BYTES, position);
    if (length === 0) {
      return true;
    }
    if (!chunk.subarray(0, length).every((byte) => byte === 0)) {
      return false;
    }
    position += length;
  }
}
