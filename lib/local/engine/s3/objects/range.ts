import { s3Error } from "../errors.ts";

/** Bytes from `start` up to and including `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Reads the header `Range`.
 *
 * Source: API Reference, "GetObject", which refers to RFC 9110, section 14: a range whose last position is before its
 * first is ignored, and a suffix of at least one byte can be satisfied by an empty object, too: by all of it.
 *
 * @param size of the object in bytes
 * @returns undefined for no range, and for one that S3 ignores: another unit, or more than one range
 * @throws AwsError InvalidRange (416) for one that lies outside of the object
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (match === null) {
    return undefined;
  }
  const [, first = "", last = ""] = match;
  if (first === "" && last === "") {
    return undefined;
  }
  if (first === "") {
    if (Number(last) === 0) {
      throw s3Error("InvalidRange");
    }
    const length = Math.min(Number(last), size);
    if (length === 0) {
      return undefined;
    }
    return { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) {
    return undefined;
  }
  if (start >= size) {
    throw s3Error("InvalidRange");
  }
  return { start, end };
}
