import { describeError, FanfareError } from "../errors/index.ts";

/** How a body is compressed: the value of the attribute `contentEncoding`. */
export type Compression = "gzip" | "zstd";

/** Told how a function of zlib ended. */
type Done = (error: Error | null, result: Uint8Array) => void;

/** The functions of zlib for an encoding. */
interface Zlib {
  deflate(body: Uint8Array, done: Done): void;
  deflateSync(body: Uint8Array): Uint8Array;
  inflate(body: Uint8Array, limit: { readonly maxOutputLength: number }, done: Done): void;
  inflateSync(body: Uint8Array, limit: { readonly maxOutputLength: number }): Uint8Array;
}

/**
 * What zlib does with an encoding. It is loaded when it is first used, and not by `import`: most consumers inflate nothing, and would start 2 ms
 * later.
 */
function zlibFor(encoding: Compression): Zlib {
  const zlib = process.getBuiltinModule("node:zlib");
  return encoding === "gzip"
    ? { deflate: zlib.gzip, deflateSync: zlib.gzipSync, inflate: zlib.gunzip, inflateSync: zlib.gunzipSync }
    : {
        deflate: zlib.zstdCompress,
        deflateSync: zlib.zstdCompressSync,
        inflate: zlib.zstdDecompress,
        inflateSync: zlib.zstdDecompressSync,
      };
}

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
  const { deflate, deflateSync } = zlibFor(encoding);
  return threadless > 0 ? deflateSync(body) : await ended((done) => deflate(body, done));
}

/**
 * Inflates a body, and stops at the limit: a small body can inflate to gigabytes.
 *
 * @throws FanfareError `PayloadTooLarge` or `PayloadCorrupted`
 */
export async function decompress(body: Uint8Array, encoding: Compression, maxBytes: number): Promise<Uint8Array> {
  try {
    const limit = { maxOutputLength: maxBytes };
    const { inflate, inflateSync } = zlibFor(encoding);
    return threadless > 0 ? inflateSync(body, limit) : await ended((done) => inflate(body, limit, done));
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

function ended(call: (done: Done) => void): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    call((error, result) => (error === null ? resolve(result) : reject(error)));
  });
}
