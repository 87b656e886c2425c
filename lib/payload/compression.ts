import { promisify } from "node:util";
import { gunzip, gzip, zstdCompress, zstdDecompress } from "node:zlib";
import { describeError, FanfareError } from "../errors/index.ts";

/** How a body is compressed: the value of the attribute `contentEncoding`. */
export type Compression = "gzip" | "zstd";

// Marked as pure, so that bundles of consumers omit what only publishers need.
const compressors = { gzip: /* @__PURE__ */ promisify(gzip), zstd: /* @__PURE__ */ promisify(zstdCompress) };
const decompressors = { gzip: /* @__PURE__ */ promisify(gunzip), zstd: /* @__PURE__ */ promisify(zstdDecompress) };

/** Whether a consumer can read a body with this `contentEncoding`. */
export function isCompression(value: string): value is Compression {
  return value === "gzip" || value === "zstd";
}

/** Compresses a body. SNS and SQS accept only text, so callers send the result as base64, which is a third longer. */
export async function compress(body: Uint8Array, encoding: Compression): Promise<Uint8Array> {
  return await compressors[encoding](body);
}

/**
 * Inflates a body, and stops at the limit: a small body can inflate to gigabytes.
 *
 * @throws FanfareError `PayloadTooLarge` or `PayloadCorrupted`
 */
export async function decompress(body: Uint8Array, encoding: Compression, maxBytes: number): Promise<Uint8Array> {
  try {
    return await decompressors[encoding](body, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (cause instanceof RangeError && "code" in cause && cause.code === "ERR_BUFFER_TOO_LARGE") {
      throw new FanfareError("PayloadTooLarge", "the inflated body is too large", {
        field: "body",
        limit: `${maxBytes} bytes`,
        remedy: "raise maxPayloadBytes of this consumer, then redrive",
        cause,
      });
    }
    throw new FanfareError(
      "PayloadCorrupted",
      `the body is marked as ${encoding} but cannot be inflated: ${describeError(cause).message}`,
      {
        field: "body",
        cause,
      },
    );
  }
}
