import { crc32 } from "node:zlib";

/** The CRC-32 of the bytes (IEEE 802.3), big-endian. */
export function crc32Digest(body: Uint8Array): Buffer {
  return bigEndian(crc32(body));
}

/** The polynomial of CRC-32C (Castagnoli, RFC 3720), bits reversed. */
const CASTAGNOLI = 0x82f63b78;

/** The polynomial of CRC-64/NVME (NVM Express specification), bits reversed: high and low 32 bits. */
const NVME_HIGH = 0x9a6c9329;
const NVME_LOW = 0xac4bc9b5;

let castagnoliTable: Uint32Array | undefined;
let nvmeTables: { readonly high: Uint32Array; readonly low: Uint32Array } | undefined;

/** The CRC-32C of the bytes, big-endian. */
export function crc32cDigest(body: Uint8Array): Buffer {
  castagnoliTable ??= makeCastagnoliTable();
  let crc = 0xffffffff;
  for (const byte of body) {
    crc = (crc >>> 8) ^ (castagnoliTable[(crc ^ byte) & 0xff] ?? 0);
  }
  return bigEndian(~crc >>> 0);
}

/** The CRC-64/NVME of the bytes, big-endian. In two halves, because numbers with 64 bits would be many times slower. */
export function crc64NvmeDigest(body: Uint8Array): Buffer {
  nvmeTables ??= makeNvmeTables();
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (const byte of body) {
    const index = (low ^ byte) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (nvmeTables.low[index] ?? 0);
    high = (high >>> 8) ^ (nvmeTables.high[index] ?? 0);
  }
  return Buffer.concat([bigEndian(~high >>> 0), bigEndian(~low >>> 0)]);
}

function makeCastagnoliTable(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) {
      value = value & 1 ? (value >>> 1) ^ CASTAGNOLI : value >>> 1;
    }
    return value >>> 0;
  });
}

function makeNvmeTables(): { high: Uint32Array; low: Uint32Array } {
  const tables = { high: new Uint32Array(256), low: new Uint32Array(256) };
  for (let index = 0; index < 256; index++) {
    let high = 0;
    let low = index;
    for (let bit = 0; bit < 8; bit++) {
      const carries = (low & 1) === 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (carries) {
        low ^= NVME_LOW;
        high ^= NVME_HIGH;
      }
    }
    tables.high[index] = high >>> 0;
    tables.low[index] = low >>> 0;
  }
  return tables;
}

function bigEndian(value: number): Buffer {
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(value);
  return digest;
}
