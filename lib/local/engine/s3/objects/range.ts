import { detailedError, s3Error } from "../errors.ts";
import type { StoredObject } from "../state.ts";

/** Bytes from `start` up to and including `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The bytes that a request wants of an object: of a range, or of one of its parts. An object that was put at once is its own
 * only part.
 *
 * Source: API Reference, "GetObject", `partNumber`.
 *
 * @returns undefined for all of them
 * @throws AwsError InvalidRange, InvalidPartNumber (416); InvalidRequest for both
 */
export function rangeOf(
  { body, parts }: StoredObject,
  {
    Range: range,
    PartNumber: number,
  }: { readonly Range?: string | undefined; readonly PartNumber?: number | undefined },
): ByteRange | undefined {
  if (number === undefined) {
    return parseRange(range, body.byteLength);
  }
  if (range !== undefined) {
    throw s3Error("InvalidRequest", "Cannot specify both Range header and partNumber query parameter");
  }
  const sizes = parts?.map((part) => part.size) ?? [body.byteLength];
  const size = sizes[number - 1];
  if (size === undefined) {
    throw detailedError("InvalidPartNumber", { ActualPartCount: sizes.length, PartNumberRequested: number });
  }
  const start = sizes.slice(0, number - 1).reduce((sum, each) => sum + each, 0);
  return size === 0 ? undefined : { start, end: start + size - 1 };
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
      throw unsatisfiable(match[0], size);
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
    throw unsatisfiable(match[0], size);
  }
  return { start, end };
}

function unsatisfiable(range: string, size: number) {
  return detailedError("InvalidRange", { RangeRequested: range, ActualObjectSize: size });
}
