import { createHash } from "node:crypto";
import { detailedError, s3Error } from "../errors.ts";
import { crc32cDigest, crc32Digest, crc64NvmeDigest } from "./crc.ts";

/** The algorithms of S3 that the engine computes. Source: User Guide, "Checking object integrity in Amazon S3". */
export type ChecksumName = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256";

/** Checksums of an object in base64, by the name of the SDK's field. */
export type Checksums = { readonly [Name in ChecksumName as `Checksum${Name}`]?: string | undefined };

const ALGORITHMS: Readonly<Record<ChecksumName, { bytes: number; digest: (body: Uint8Array) => Buffer }>> = {
  CRC32: { bytes: 4, digest: crc32Digest },
  CRC32C: { bytes: 4, digest: crc32cDigest },
  CRC64NVME: { bytes: 8, digest: crc64NvmeDigest },
  SHA1: { bytes: 20, digest: (body) => createHash("sha1").update(body).digest() },
  SHA256: { bytes: 32, digest: (body) => createHash("sha256").update(body).digest() },
};

const NAMES: readonly ChecksumName[] = ["CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"];

/** What S3 computes for an upload that asks for nothing. */
export const DEFAULT_CHECKSUM: ChecksumName = "CRC64NVME";

/** The parts of a request that concern its checksum. */
export interface ChecksumInput extends Checksums {
  readonly ChecksumAlgorithm?: string | undefined;
  readonly ContentMD5?: string | undefined;
}

/**
 * Verifies the caller's checksums of the body, and returns the checksum to store: the given one, else one of the requested
 * algorithm, else CRC64NVME.
 *
 * @throws AwsError BadDigest where a checksum does not match; InvalidDigest and InvalidRequest for a malformed checksum, or
 * for several; InvalidRequest for an algorithm that the engine does not compute
 */
export function verifyChecksums(body: Uint8Array, input: ChecksumInput): Checksums {
  verifyMd5(body, input.ContentMD5);
  const given = NAMES.filter((name) => input[`Checksum${name}`] !== undefined);
  if (given.length > 1) {
    throw s3Error(
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  const [name] = given;
  if (name === undefined) {
    return computeChecksum(body, parseChecksumName(input.ChecksumAlgorithm) ?? DEFAULT_CHECKSUM);
  }
  const expected = input[`Checksum${name}`] ?? "";
  if (Buffer.from(expected, "base64").byteLength !== ALGORITHMS[name].bytes) {
    throw s3Error("InvalidRequest", `Value for x-amz-checksum-${name.toLowerCase()} header is invalid.`);
  }
  const computed = computeChecksum(body, name);
  if (computed[`Checksum${name}`] !== expected) {
    throw s3Error("BadDigest", `The ${name} you specified did not match the calculated checksum.`);
  }
  return computed;
}

export function computeChecksum(body: Uint8Array, name: ChecksumName): Checksums {
  return { [`Checksum${name}`]: ALGORITHMS[name].digest(body).toString("base64") };
}

/** @throws AwsError InvalidRequest for a name that is no algorithm of the engine */
export function parseChecksumName(text: string | undefined): ChecksumName | undefined {
  if (text === undefined) {
    return undefined;
  }
  const name = NAMES.find((candidate) => candidate === text);
  if (name !== undefined) {
    return name;
  }
  throw s3Error(
    "InvalidRequest",
    `Checksum algorithm provided is unsupported. Please try again with any of the valid types: [${NAMES.join(", ")}]`,
  );
}

/**
 * The checksum of a multipart object as S3 composes it: the checksum of the parts' checksums, `-`, their number.
 *
 * Source: User Guide, "Checking object integrity in Amazon S3".
 */
export function compositeChecksum(parts: readonly Checksums[], name: ChecksumName): Checksums {
  const joined = Buffer.concat(parts.map((part) => Buffer.from(part[`Checksum${name}`] ?? "", "base64")));
  return { [`Checksum${name}`]: `${ALGORITHMS[name].digest(joined).toString("base64")}-${parts.length}` };
}

/** The names of the algorithms of the given checksums, as ListObjectsV2 returns them. */
export function checksumNames(checksums: Checksums): ChecksumName[] {
  return NAMES.filter((name) => checksums[`Checksum${name}`] !== undefined);
}

/** The MD5 of the bytes in hexadecimal: the ETag of an object that was put in one piece. */
export function md5(body: Uint8Array): string {
  return createHash("md5").update(body).digest("hex");
}

function verifyMd5(body: Uint8Array, expected: string | undefined): void {
  if (expected === undefined) {
    return;
  }
  const digest = Buffer.from(expected, "base64");
  if (digest.byteLength !== 16) {
    throw detailedError("InvalidDigest", { "Content-MD5": expected });
  }
  if (digest.toString("hex") !== md5(body)) {
    throw s3Error("BadDigest", "The Content-MD5 you specified did not match what we received.", {
      ExpectedDigest: digest.toString("hex"),
      CalculatedDigest: Buffer.from(md5(body), "hex").toString("base64"),
    });
  }
}
