export {
  type ChecksumName,
  type Checksums,
  checksumNames,
  compositeChecksum,
  computeChecksum,
  DEFAULT_CHECKSUM,
  md5,
  parseChecksumName,
  verifyChecksums,
} from "./checksums.ts";
