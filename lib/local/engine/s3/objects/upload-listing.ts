import { encodeKey } from "../encoding.ts";
import { invalidArgument } from "../errors.ts";
import { S3_LIMITS } from "../limits.ts";
import { findBucket } from "../lookup.ts";
import type { S3Handler } from "../operations.ts";
import type { Upload } from "../state.ts";
import { findUpload } from "./multipart.ts";

/** @throws AwsError NoSuchUpload */
export const listParts: S3Handler<"ListParts"> = (state, _context, input) => {
  const bucket = findBucket(state, input);
  const upload = findUpload(bucket, input);
  const limit = Math.min(input.MaxParts ?? S3_LIMITS.page, S3_LIMITS.page);
  const marker = Number(input.PartNumberMarker ?? 0);
  const later = [...upload.parts].filter(([number]) => number > marker).sort(([first], [second]) => first - second);
  const page = later.slice(0, limit);
  const last = page.at(-1)?.[0];
  return {
    Bucket: bucket.name,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: String(marker),
    ...(last === undefined ? {} : { NextPartNumberMarker: String(last) }),
    MaxParts: limit,
    IsTruncated: later.length > page.length,
    StorageClass: "STANDARD",
    ChecksumAlgorithm: upload.checksumName,
    ChecksumType: upload.checksumType,
    Parts: page.map(([PartNumber, part]) => ({
      PartNumber,
      ETag: part.etag,
      Size: part.body.byteLength,
      LastModified: new Date(part.lastModified),
      ...part.checksums,
    })),
  };
};

/**
 * The uploads in progress, by key, then by when they were initiated. A common prefix counts as one item.
 *
 * Source: API Reference, "ListMultipartUploads".
 *
 * @throws AwsError InvalidArgument for a bad number of uploads or encoding
 */
export const listMultipartUploads: S3Handler<"ListMultipartUploads"> = (state, _context, input) => {
  const bucket = findBucket(state, input);
  const { Prefix: prefix = "", Delimiter: delimiter = "", KeyMarker: keyMarker = "", EncodingType: encoding } = input;
  const idMarker = keyMarker === "" ? "" : (input.UploadIdMarker ?? "");
  const limit = Math.min(input.MaxUploads ?? S3_LIMITS.page, S3_LIMITS.page);
  if (!Number.isInteger(limit) || limit < 1) {
    throw invalidArgument(
      "Argument max-uploads must be an integer between 1 and 2147483647",
      "max-uploads",
      input.MaxUploads,
    );
  }
  if (encoding !== undefined && encoding !== "url") {
    throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", encoding);
  }
  const encode = (text: string) => (encoding === "url" ? encodeKey(text) : text);
  const sorted = [...bucket.uploads.values()].filter((upload) => upload.key.startsWith(prefix)).sort(compare);
  const known = sorted.findIndex((upload) => upload.key === keyMarker && upload.id === idMarker);
  const later = sorted.filter((upload, index) =>
    known === -1 ? compareText(upload.key, keyMarker) > 0 : index > known,
  );
  const page: Upload[] = [];
  const prefixes = new Set<string>();
  let last: Upload | undefined;
  let isTruncated = false;
  for (const upload of later) {
    const end = delimiter === "" ? -1 : upload.key.indexOf(delimiter, prefix.length);
    const common = end === -1 ? undefined : upload.key.slice(0, end + delimiter.length);
    if (common !== undefined && (prefixes.has(common) || keyMarker.startsWith(common))) {
      continue;
    }
    if (page.length + prefixes.size >= limit) {
      isTruncated = true;
      break;
    }
    if (common === undefined) {
      page.push(upload);
    } else {
      prefixes.add(common);
    }
    last = upload;
  }
  return {
    Bucket: bucket.name,
    KeyMarker: encode(keyMarker),
    UploadIdMarker: idMarker,
    ...(isTruncated && last !== undefined ? { NextKeyMarker: encode(last.key), NextUploadIdMarker: last.id } : {}),
    Prefix: encode(prefix),
    ...(delimiter === "" ? {} : { Delimiter: encode(delimiter) }),
    ...(encoding === undefined ? {} : { EncodingType: encoding }),
    MaxUploads: limit,
    IsTruncated: isTruncated,
    Uploads: page.map((upload) => ({
      UploadId: upload.id,
      Key: encode(upload.key),
      Initiated: new Date(upload.initiated),
      StorageClass: "STANDARD" as const,
      Owner: { ID: bucket.accountId },
      Initiator: { ID: bucket.accountId },
      ChecksumAlgorithm: upload.checksumName,
      ChecksumType: upload.checksumType,
    })),
    ...(prefixes.size === 0 ? {} : { CommonPrefixes: [...prefixes].map((common) => ({ Prefix: encode(common) })) }),
  };
};

function compare(first: Upload, second: Upload): number {
  return compareText(first.key, second.key) || first.initiated - second.initiated || compareText(first.id, second.id);
}

/** In the order of the UTF-8 bytes. */
function compareText(first: string, second: string): number {
  return Buffer.compare(Buffer.from(first), Buffer.from(second));
}
