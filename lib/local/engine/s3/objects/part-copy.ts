import { invalidArgument } from "../errors.ts";
import { findBucket } from "../lookup.ts";
import type { S3Handler } from "../operations.ts";
import { findCopySource } from "./copy-source.ts";
import { encryptionOf } from "./headers.ts";
import { findUpload, storePart } from "./multipart.ts";

/**
 * Makes a part of an object, or of a range of it.
 *
 * Source: API Reference, "UploadPartCopy".
 *
 * @throws AwsError NoSuchUpload, NoSuchBucket, NoSuchKey, PreconditionFailed, InvalidArgument for a source, a range or a part
 * number that cannot be used
 */
export const uploadPartCopy: S3Handler<"UploadPartCopy"> = (state, context, input) => {
  const upload = findUpload(findBucket(state, input), input);
  const { object } = findCopySource(state, context, input);
  const { start, end } = parseRange(input.CopySourceRange, object.body.byteLength);
  const part = storePart(upload, input.PartNumber, object.body.slice(start, end + 1), state.now());
  return {
    CopyPartResult: { ETag: part.etag, LastModified: new Date(part.lastModified), ...part.checksums },
    ...encryptionOf(upload.headers),
  };
};

/** Both ends have to be there, and within the source. */
function parseRange(text: string | undefined, size: number): { start: number; end: number } {
  if (text === undefined) {
    return { start: 0, end: size - 1 };
  }
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(text) ?? [];
  const start = Number(first);
  const end = Number(last);
  if (first === undefined || last === undefined || end < start) {
    throw invalidArgument(
      "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy",
      "x-amz-copy-source-range",
      text,
    );
  }
  if (end >= size) {
    throw invalidArgument(
      `Range specified is not valid for source object of size: ${size}`,
      "x-amz-copy-source-range",
      text,
    );
  }
  return { start, end };
}
