import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeAwsChunked, isAwsChunked } from "../../../../lib/local/server/http/aws-chunked.ts";

/** The frames that an SDK would write around chunks. */
function encode(chunks: readonly Uint8Array[], trailers: Readonly<Record<string, string>>, signed: boolean): Buffer {
  const signature = signed ? `;chunk-signature=${"0".repeat(64)}` : "";
  const frames = chunks
    .filter((chunk) => chunk.byteLength > 0)
    .flatMap((chunk) => [Buffer.from(`${chunk.byteLength.toString(16)}${signature}\r\n`), chunk, Buffer.from("\r\n")]);
  const lines = Object.entries(trailers).map(([name, value]) => `${name}:${value}\r\n`);
  return Buffer.concat([...frames, Buffer.from(`0${signature}\r\n${lines.join("")}\r\n`)]);
}

describe("decodeAwsChunked", () => {
  it("gives back any content, however it was cut into chunks", () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
    fc.assert(
      fc.property(chunks, fc.boolean(), (parts, signed) => {
        const content = Buffer.concat(parts);
        const body = encode(parts, { "X-Amz-Checksum-CRC32": "AAAAAA==" }, signed);
        const decoded = decodeAwsChunked(body, String(content.byteLength));
        expect(content.equals(decoded.content)).toBe(true);
        expect([...decoded.trailers]).toEqual([["x-amz-checksum-crc32", "AAAAAA=="]]);
      }),
    );
  });

  it("never answers anything but content or an error of S3 for broken frames", () => {
    const broken = fc
      .tuple(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 3 }), fc.nat())
      .map(([parts, cut]) => {
        const whole = encode(parts, {}, true);
        return { size: Buffer.concat(parts).byteLength, body: whole.subarray(0, cut % (whole.byteLength - 70)) };
      });
    fc.assert(
      fc.property(broken, ({ size, body }) => {
        expect(() => decodeAwsChunked(body, String(size))).toThrow(
          expect.objectContaining({
            code: expect.stringMatching(/^(InvalidRequest|IncompleteBody)$/),
            statusCode: 400,
          }),
        );
      }),
    );
  });
});

describe("isAwsChunked", () => {
  it.each([
    ["STREAMING-UNSIGNED-PAYLOAD-TRAILER", undefined, true],
    ["STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "gzip", true],
    ["UNSIGNED-PAYLOAD", "gzip, AWS-chunked", true],
    ["UNSIGNED-PAYLOAD", "gzip", false],
    [undefined, undefined, false],
  ])("of payload %s and encoding %s is %s", (payload, encoding, expected) => {
    expect(isAwsChunked(payload, encoding)).toBe(expected);
  });
});
