import { promisify } from "node:util";
import {
  gunzip,
  gunzipSync,
  gzip,
  gzipSync,
  zstdCompress,
  zstdCompressSync,
  zstdDecompress,
  zstdDecompressSync,
} from "node:zlib";
import { describeError, FanfareError } from "../errors/index.ts";

/** How a body is compressed: the value of the attribute `contentEncoding`. */
export type Compression = "gzip" | "zstd";

// Marked as pure, so that bundles of consumers omit what only publishers need.
const compressors = { gzip: /* @__PURE__ */ promisify(gzip), zstd: /* @__PURE__ */ promisify(zstdCompress) };
const decompressors = { gzip: /* @__PURE__ */ promisify(gunzip), zstd: /* @__PURE__ */ promisify(zstdDecompress) };

const inline = {
  compress: { gzip: gzipSync, zstd: zstdCompressSync },
  decompress: { gzip: gunzipSync, zstd: zstdDecompressSync },
};
let threadless = 0;

/**
 * Until the returned function is called, zlib works at once instead of on its threads: virtual time does not wait for threads.
 *
 * @internal
 */
export function withoutThreads(): () => void {
  threadless += 1;
  return () => {
    threadless -= 1;
  };
}

/** Whether a consumer can read a body with this `contentEncoding`. */
export function isCompression(value: string): value is Compression {
  return value === "gzip" || value === "zstd";
}

/** Compresses a body. SNS and SQS accept only text, so callers send the result as base64, which is a third longer. */
export async function compress(body: Uint8Array, encoding: Compression): Promise<Uint8Array> {
  return threadless > 0 ? inline.compress[encoding](body) : await compressors[encoding](body);
}

/**
 * Inflates a body, and stops at the limit: a small body can inflate to gigabytes.
 *
 * @throws FanfareError `PayloadTooLarge` or `PayloadCorrupted`
 */
export async function decompress(body: Uint8Array, encoding: Compression, maxBytes: number): Promise<Uint8Array> {
  try {
    const limit = { maxOutputLength: maxBytes };
    return threadless > 0 ? inline.decompress[encoding](body, limit) : await decompressors[encoding](body, limit);
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
