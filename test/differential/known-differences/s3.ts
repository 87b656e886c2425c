import { errorOf } from "../answer.ts";
import { isKind, isRefusedByBoth, type KnownDifference } from "./sighting.ts";

const api = (page: string) => `https://docs.aws.amazon.com/AmazonS3/latest/API/API_${page}.html`;

/** What has been judged of S3. */
export const S3_DIFFERENCES: readonly KnownDifference[] = [
  {
    id: "s3-copy-checksum-type",
    what: "LocalStack omits the type of the checksum from CopyObject's response",
    right: "Fanfare",
    source: api("CopyObjectResult"),
    parts: false,
    matches: ({ step, path }) => isKind(step, "s3.copy") && path === ".ok.CopyObjectResult.ChecksumType",
  },
  {
    id: "s3-none-match-any",
    what: "LocalStack ignores If-None-Match: * when it reads",
    right: "Fanfare",
    source: api("GetObject"),
    parts: false,
    matches: ({ step, ours, theirs }) =>
      isKind(step, "s3.get", "s3.head") &&
      step.condition === "ifNoneMatchAny" &&
      errorOf(ours) === "status 304" &&
      [undefined, "InvalidRange"].includes(errorOf(theirs)),
  },
  {
    id: "s3-range-backwards",
    what: "LocalStack refuses a range whose last position is before its first; Fanfare ignores it",
    right: "Fanfare",
    source: api("GetObject"),
    parts: false,
    matches: ({ step, ours, theirs }) =>
      isKind(step, "s3.get") &&
      step.range === "bytes=3-1" &&
      errorOf(ours) === undefined &&
      errorOf(theirs) === "InvalidRange",
  },
  {
    id: "s3-range-checksum",
    what: "LocalStack returns the object's checksum for a range that is the whole object, Fanfare for no range",
    right: "not documented",
    source: api("GetObject"),
    parts: false,
    matches: ({ step, path }) =>
      isKind(step, "s3.get") && step.range.startsWith("bytes=") && path.startsWith(".ok.Checksum"),
  },
  {
    id: "s3-parts-checksum",
    what: "Fanfare lists the CRC64NVME of parts of an upload that asked for no checksum, LocalStack none",
    right: "Fanfare",
    source: api("Part"),
    parts: false,
    matches: ({ step, path }) => isKind(step, "s3.listParts") && path.endsWith(".ChecksumCRC64NVME"),
  },
  {
    id: "s3-no-keys",
    what: "LocalStack treats MaxKeys 0 as 1,000",
    right: "Fanfare",
    source: api("ListObjectsV2"),
    parts: false,
    matches: ({ step, theirs }) => isKind(step, "s3.list") && step.maximum === 0 && errorOf(theirs) === undefined,
  },
  {
    id: "s3-complete-two-faults",
    what: "which of two errors is returned for a list of parts that names a wrong part and has one that is too small",
    right: "not documented",
    source: api("CompleteMultipartUpload"),
    parts: false,
    matches: (sighting) =>
      isKind(sighting.step, "s3.complete") &&
      ["wrongTag", "missing"].includes(sighting.step.parts) &&
      isRefusedByBoth(sighting) &&
      errorOf(sighting.ours) === "InvalidPart" &&
      errorOf(sighting.theirs) === "EntityTooSmall",
  },
];
