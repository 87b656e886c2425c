import { AwsError } from "../../engine/index.ts";

/** What an `aws-chunked` body carries: the object's bytes and the headers that trailed it, names in lower case. */
export interface ChunkedBody {
  readonly content: Uint8Array;
  readonly trailers: ReadonlyMap<string, string>;
}

const CR = 0x0d;
const LF = 0x0a;

/** A chunk's size line is a few hex digits and a signature of 64; a trailer's line holds one checksum. */
const MAX_LINE_BYTES = 1024;

/** Whether a request's body is framed in chunks, as the header `x-amz-content-sha256` or the content encoding says. */
export function isAwsChunked(contentSha256: string | undefined, contentEncoding: string | undefined): boolean {
  return (
    contentSha256?.startsWith("STREAMING-") === true ||
    (contentEncoding ?? "").split(",").some((encoding) => encoding.trim().toLowerCase() === "aws-chunked")
  );
}

/**
 * Removes the framing of an `aws-chunked` body ("Signature calculations for the Authorization header: transferring payload
 * in multiple chunks" in the S3 API reference). Signatures of chunks and trailer are not verified.
 *
 * @param body - what arrived
 * @param decodedLength - the header `x-amz-decoded-content-length`, checked against what the chunks hold
 * @throws AwsError `InvalidRequest` for a broken frame, `IncompleteBody` where the length is not the declared one.
 */
export function decodeAwsChunked(body: Uint8Array, decodedLength: string | undefined): ChunkedBody {
  const chunks: Uint8Array[] = [];
  let position = 0;
  const nextLine = (): string => {
    for (let index = position; index < Math.min(body.length, position + MAX_LINE_BYTES); index++) {
      if (body[index] === CR && body[index + 1] === LF) {
        const line = Buffer.from(body.buffer, body.byteOffset + position, index - position).toString("latin1");
        position = index + 2;
        return line;
      }
    }
    throw broken(`the line at byte ${position} has no end`);
  };
  for (;;) {
    const line = nextLine();
    const size = (line.split(";", 1)[0] ?? "").trim();
    if (!/^[0-9a-f]{1,8}$/i.test(size)) {
      throw broken(`"${size.slice(0, 20)}" is not the size of a chunk`);
    }
    const length = Number.parseInt(size, 16);
    if (length === 0) {
      break;
    }
    if (position + length + 2 > body.length) {
      throw new AwsError(
        "IncompleteBody",
        `The request body terminated unexpectedly: the last chunk announces ${length} bytes.`,
      );
    }
    chunks.push(body.subarray(position, position + length));
    position += length;
    if (body[position] !== CR || body[position + 1] !== LF) {
      throw broken(`the chunk that ends at byte ${position} is longer than it announced`);
    }
    position += 2;
  }
  const trailers = new Map<string, string>();
  while (position < body.length) {
    const line = nextLine();
    const colon = line.indexOf(":");
    if (colon > 0) {
      trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
    }
  }
  const content = chunks.length === 1 ? (chunks[0] ?? new Uint8Array()) : Buffer.concat(chunks);
  if (decodedLength !== undefined && Number(decodedLength) !== content.byteLength) {
    throw new AwsError(
      "IncompleteBody",
      `x-amz-decoded-content-length announced ${decodedLength} bytes, but the chunks hold ${content.byteLength}.`,
    );
  }
  return { content, trailers };
}

function broken(what: string): AwsError {
  return new AwsError("InvalidRequest", `The body is not valid aws-chunked: ${what}.`);
}
