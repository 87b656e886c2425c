import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compress, decompress, isCompression } from "../../../lib/payload/index.ts";

const MIB = 1_048_576;
const ENCODINGS = ["gzip", "zstd"] as const;

describe.each(ENCODINGS)("%s", (encoding) => {
  it("gives back what was compressed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
        const inflated = await decompress(await compress(bytes, encoding), encoding, 5_000);
        expect(new Uint8Array(inflated)).toEqual(bytes);
      }),
      { numRuns: 50 },
    );
  });

  it("inflates up to the limit and not a byte more", async () => {
    const squeezed = await compress(Buffer.alloc(1_000), encoding);
    expect(await decompress(squeezed, encoding, 1_000)).toHaveLength(1_000);
    await expect(decompress(squeezed, encoding, 999)).rejects.toMatchObject({
      code: "PayloadTooLarge",
      limit: "999 bytes",
      remedy: expect.stringContaining("maxPayloadBytes"),
    });
  });

  it("stops at a bomb", async () => {
    const bomb = encoding === "gzip" ? gzipSync(Buffer.alloc(64 * MIB)) : zstdCompressSync(Buffer.alloc(64 * MIB));
    expect(bomb.byteLength).toBeLessThan(MIB);
    await expect(decompress(bomb, encoding, MIB)).rejects.toMatchObject({ code: "PayloadTooLarge" });
  });

  it("calls garbage, what is cut short, and the other encoding corrupted", async () => {
    const whole = await compress(Buffer.from("some text that is long enough to be cut"), encoding);
    const flipped = Uint8Array.from(whole);
    flipped[1] = (flipped[1] ?? 0) ^ 0xff;
    const other = await compress(Buffer.from("x"), encoding === "gzip" ? "zstd" : "gzip");
    for (const broken of [Buffer.from("garbage"), whole.subarray(0, whole.length - 9), flipped, other]) {
      await expect(decompress(broken, encoding, MIB)).rejects.toMatchObject({
        code: "PayloadCorrupted",
        message: expect.stringContaining(encoding),
      });
    }
  });
});

describe("an empty body", () => {
  it.each(ENCODINGS)("is no %s", async (encoding) => {
    await expect(decompress(new Uint8Array(), encoding, MIB)).rejects.toMatchObject({ code: "PayloadCorrupted" });
  });
});

describe("isCompression", () => {
  it("knows gzip and zstd and nothing else", () => {
    expect(ENCODINGS.every(isCompression)).toBe(true);
    for (const other of ["", "GZIP", "br", "deflate", "constructor", "__proto__"]) {
      expect(isCompression(other)).toBe(false);
    }
  });
});
