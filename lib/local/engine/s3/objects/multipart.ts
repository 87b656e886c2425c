import { createHash } from "node:crypto";
import type { CompletedPart } from "@aws-sdk/client-s3";
import { randomHex } from "../../kernel/index.ts";
import {
  type Checksums,
  compositeChecksum,
  computeChecksum,
  DEFAULT_CHECKSUM,
  md5,
  parseChecksumName,
  verifyChecksums,
} from "../checksums/index.ts";
import { detailedError, invalidArgument, s3Error } from "../errors.ts";
import { S3_LIMITS } from "../limits.ts";
import { findBucket } from "../lookup.ts";
import { notify } from "../notifications/index.ts";
import type { S3Handler, S3Operations } from "../operations.ts";
import type { Bucket, StoredObject, StoredPart, Upload } from "../state.ts";
import { parseTagHeader } from "../tags.ts";
import { checkWrite } from "./conditions.ts";
import { encryptionOf, headersToStore } from "./headers.ts";
import { checkKey, storeObject } from "./objects.ts";

/** The length of an upload id in hexadecimal digits: as unguessable as S3's. */
const UPLOAD_ID_DIGITS = 64;

/** @throws AwsError InvalidRequest for a checksum that does not exist, or not of that type */
export const createMultipartUpload: S3Handler<"CreateMultipartUpload"> = (state, _context, input) => {
  const bucket = findBucket(state, input);
  const key = checkKey(input.Key);
  const checksumName = parseChecksumName(input.ChecksumAlgorithm) ?? DEFAULT_CHECKSUM;
  const isNvme = checksumName === "CRC64NVME";
  const checksumType = input.ChecksumType ?? (isNvme ? "FULL_OBJECT" : "COMPOSITE");
  const isImpossible = checksumType === "COMPOSITE" ? isNvme : checksumName.startsWith("SHA");
  if (isImpossible) {
    throw s3Error(
      "InvalidRequest",
      `The ${checksumType} checksum type cannot be used with the ${checksumName.toLowerCase()} checksum algorithm.`,
    );
  }
  const upload: Upload = {
    id: randomHex(state.environment, UPLOAD_ID_DIGITS),
    key,
    initiated: state.now(),
    headers: headersToStore(bucket, input),
    checksumName,
    checksumType,
    tags: parseTagHeader(input.Tagging),
    parts: new Map(),
  };
  bucket.uploads.set(upload.id, upload);
  return {
    Bucket: bucket.name,
    Key: key,
    UploadId: upload.id,
    ...(input.ChecksumAlgorithm === undefined ? {} : { ChecksumAlgorithm: checksumName, ChecksumType: checksumType }),
    ...encryptionOf(upload.headers),
  };
};

/**
 * The output has the checksum that the request had, whatever checksum the upload is composed of (API Reference,
 * "UploadPart").
 *
 * @throws AwsError NoSuchUpload, InvalidArgument for a bad part number, and what verifying the checksum throws
 */
export const uploadPart: S3Handler<"UploadPart"> = (state, _context, input) => {
  const bucket = findBucket(state, input);
  const upload = findUpload(bucket, input);
  const body = (input.Body ?? new Uint8Array()).slice();
  checkPartNumber(input.PartNumber);
  const verified = verifyChecksums(body, input);
  const part = storePart(upload, input.PartNumber, body, state.now(), verified);
  return { ETag: part.etag, ...verified, ...encryptionOf(upload.headers) };
};

/**
 * Keeps a part, in place of one with the same number.
 *
 * @param body belongs to the engine from now on
 * @param verified the checksums that the request had
 * @throws AwsError InvalidArgument for a bad part number
 */
export function storePart(
  upload: Upload,
  partNumber: number | undefined,
  body: Uint8Array,
  now: number,
  verified: Checksums = {},
): StoredPart {
  const number = checkPartNumber(partNumber);
  const has = verified[`Checksum${upload.checksumName}`] !== undefined;
  const checksums = has ? verified : computeChecksum(body, upload.checksumName);
  const part: StoredPart = { body, etag: `"${md5(body)}"`, lastModified: now, checksums };
  upload.parts.set(number, part);
  return part;
}

function checkPartNumber(number = 0): number {
  const { minimum, maximum } = S3_LIMITS.partNumber;
  if (!Number.isInteger(number) || number < minimum || number > maximum) {
    throw invalidArgument(
      `Part number must be an integer between ${minimum} and ${maximum}, inclusive`,
      "partNumber",
      number,
    );
  }
  return number;
}

/**
 * Creates the object from the named parts. Its ETag is the MD5 of the parts' MD5s, `-`, their number.
 *
 * Source: API Reference, "CompleteMultipartUpload".
 *
 * @throws AwsError NoSuchUpload, InvalidRequest, InvalidPartOrder, InvalidPart, EntityTooSmall, BadDigest,
 * PreconditionFailed
 */
export const completeMultipartUpload: S3Handler<"CompleteMultipartUpload"> = (state, context, input) => {
  const bucket = findBucket(state, input);
  const upload = findUpload(bucket, input);
  const parts = chooseParts(upload, input.MultipartUpload?.Parts ?? []);
  checkWrite(bucket.objects.get(upload.key), upload.key, { ifMatch: input.IfMatch, ifNoneMatch: input.IfNoneMatch });
  const body = new Uint8Array(Buffer.concat(parts.map((part) => part.body)));
  const digests = Buffer.concat(parts.map((part) => Buffer.from(part.etag.replaceAll('"', ""), "hex")));
  const checksums =
    upload.checksumType === "FULL_OBJECT"
      ? computeChecksum(body, upload.checksumName)
      : compositeChecksum(
          parts.map((part) => part.checksums),
          upload.checksumName,
        );
  checkExpected(upload, checksums, input);
  const object: StoredObject = {
    body,
    etag: `"${createHash("md5").update(digests).digest("hex")}-${parts.length}"`,
    lastModified: state.now(),
    headers: upload.headers,
    checksums,
    checksumType: upload.checksumType,
    tags: upload.tags ?? [],
    parts: parts.map((part) => ({ size: part.body.byteLength, checksums: part.checksums })),
  };
  storeObject(bucket, upload.key, object);
  bucket.uploads.delete(upload.id);
  notify(state, bucket, context, "ObjectCreated:CompleteMultipartUpload", upload.key);
  return {
    Bucket: bucket.name,
    Key: upload.key,
    Location: `https://${bucket.name}.s3.${bucket.region}.amazonaws.com/${encodeURIComponent(upload.key)}`,
    ETag: object.etag,
    ...checksums,
    ChecksumType: upload.checksumType,
    ...encryptionOf(upload.headers),
  };
};

/** @throws AwsError NoSuchUpload */
export const abortMultipartUpload: S3Handler<"AbortMultipartUpload"> = (state, _context, input) => {
  const bucket = findBucket(state, input);
  bucket.uploads.delete(findUpload(bucket, input).id);
  return {};
};

/** @throws AwsError NoSuchUpload */
export function findUpload(
  bucket: Bucket,
  input: { readonly Key?: string | undefined; readonly UploadId?: string | undefined },
): Upload {
  const upload = bucket.uploads.get(input.UploadId ?? "");
  if (upload === undefined || upload.key !== input.Key) {
    throw detailedError("NoSuchUpload", { UploadId: input.UploadId ?? "" });
  }
  return upload;
}

function chooseParts(upload: Upload, named: readonly CompletedPart[]): StoredPart[] {
  if (named.length === 0) {
    throw s3Error("InvalidRequest", "You must specify at least one part");
  }
  const numbers = named.map((reference) => reference.PartNumber ?? 0);
  if (numbers.some((number, index) => index > 0 && number <= (numbers[index - 1] ?? 0))) {
    throw detailedError("InvalidPartOrder", { UploadId: upload.id });
  }
  const parts = named.map((reference) => {
    const number = reference.PartNumber ?? 0;
    const part = upload.parts.get(number);
    if (part === undefined || reference.ETag?.replaceAll('"', "") !== part.etag.replaceAll('"', "")) {
      const ETag = (reference.ETag ?? "").replaceAll('"', "");
      throw detailedError("InvalidPart", { UploadId: upload.id, PartNumber: number, ETag });
    }
    const field = `Checksum${upload.checksumName}` as const;
    if (reference[field] !== undefined && reference[field] !== part.checksums[field]) {
      throw s3Error(
        "BadDigest",
        `The ${upload.checksumName.toLowerCase()} you specified for part ${number} did not match what we received.`,
      );
    }
    return part;
  });
  const small = parts.slice(0, -1).findIndex((part) => part.body.byteLength < S3_LIMITS.minimumPartBytes);
  const part = parts[small];
  if (part !== undefined) {
    throw detailedError("EntityTooSmall", {
      ETag: part.etag.replaceAll('"', ""),
      MinSizeAllowed: S3_LIMITS.minimumPartBytes,
      PartNumber: numbers[small] ?? 0,
      ProposedSize: part.body.byteLength,
    });
  }
  return parts;
}

function checkExpected(
  upload: Upload,
  checksums: Checksums,
  input: S3Operations["CompleteMultipartUpload"]["input"],
): void {
  if (input.ChecksumType !== undefined && input.ChecksumType !== upload.checksumType) {
    throw s3Error(
      "InvalidRequest",
      `The upload was created using the ${upload.checksumType} checksum mode. The complete request must use the same checksum mode.`,
    );
  }
  const field = `Checksum${upload.checksumName}` as const;
  if (input[field] !== undefined && input[field] !== checksums[field]) {
    throw s3Error(
      "BadDigest",
      `The ${upload.checksumName.toLowerCase()} you specified did not match the calculated checksum.`,
    );
  }
}
