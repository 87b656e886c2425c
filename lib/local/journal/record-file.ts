import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { crc32 } from "node:zlib";
import { LocalError } from "../common/index.ts";

/** Before each record: its length and its CRC-32, four bytes each. */
const HEADER_BYTES = 8;

/** What a file holds: its whole records, and where the last of them ends. */
export interface Records {
  readonly records: readonly Buffer[];
  readonly bytes: number;
}

/**
 * Reads the records of a file. One that was being written when the process died is not there in full: it was not
 * answered either, so it is left out.
 *
 * @throws LocalError `DataInvalid` for damage that a killed process cannot explain.
 */
export function readRecords(file: Buffer, name: string): Records {
  const records: Buffer[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= file.byteLength) {
    const end = at + HEADER_BYTES + file.readUInt32LE(at);
    if (end > file.byteLength) {
      break;
    }
    const record = file.subarray(at + HEADER_BYTES, end);
    if (crc32(record) !== file.readUInt32LE(at + 4)) {
      throw new LocalError("DataInvalid", `${name} is damaged: the record at byte ${at} does not match its checksum`, {
        remedy: "remove the data folder to start without the state that it keeps",
      });
    }
    records.push(record);
    at = end;
  }
  return { records, bytes: at };
}

/**
 * A file that records are appended to. A record is in the file when {@link append} returns: handed to the operating
 * system, which keeps it when the process is killed. Nothing is synced to the disk, so a power failure may take the last
 * seconds away.
 */
export class RecordFile {
  readonly #descriptor: number;
  #bytes: number;

  private constructor(descriptor: number, bytes: number) {
    this.#descriptor = descriptor;
    this.#bytes = bytes;
  }

  /** Opens a file, or creates it, and gives the records that it has. A torn record at its end is cut off. */
  static open(path: string): { file: RecordFile; records: readonly Buffer[] } {
    const descriptor = openSync(path, "a+");
    try {
      const { records, bytes } = readRecords(readFileSync(path), path);
      ftruncateSync(descriptor, bytes);
      return { file: new RecordFile(descriptor, bytes), records };
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  append(record: string): void {
    const length = Buffer.byteLength(record);
    const buffer = Buffer.allocUnsafe(HEADER_BYTES + length);
    buffer.write(record, HEADER_BYTES, "utf8");
    buffer.writeUInt32LE(length, 0);
    buffer.writeUInt32LE(crc32(buffer.subarray(HEADER_BYTES)), 4);
    let written = 0;
    while (written < buffer.byteLength) {
      written += writeSync(this.#descriptor, buffer, written);
    }
    this.#bytes += buffer.byteLength;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
