import { isFanfareError } from "fanfare";
import { Jimp, JimpMime } from "jimp";
import { describe, expect, it } from "vitest";
import { resize } from "../../../lambdas/images/resize.ts";

async function image(width: number, height: number, mime: typeof JimpMime.png | typeof JimpMime.jpeg = JimpMime.png) {
  return await new Jimp({ width, height, color: 0xff0000ff }).getBuffer(mime);
}

describe("resize", () => {
  it.each([
    [400, 200, 100, 50],
    [200, 400, 50, 100],
    [100, 100, 100, 100],
    [30, 20, 30, 20],
  ])("makes %ix%i fit into 100 pixels as %ix%i", async (width, height, newWidth, newHeight) => {
    const small = await Jimp.read(await resize(await image(width, height), 100));
    expect([small.width, small.height, small.mime]).toEqual([newWidth, newHeight, "image/png"]);
  });

  it("makes a PNG of a JPEG", async () => {
    const small = await Jimp.read(await resize(await image(20, 20, JimpMime.jpeg), 10));
    expect(small.mime).toBe("image/png");
  });

  it("gives the same bytes for the same image, so that doing it twice does no harm", async () => {
    const bytes = await image(300, 200);
    expect(await resize(bytes, 50)).toEqual(await resize(bytes, 50));
  });

  it.each([
    ["text", Buffer.from("this is no image")],
    ["nothing", Buffer.alloc(0)],
    ["half a PNG", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0])],
  ])("refuses %s for good", async (_what, bytes) => {
    const error: unknown = await resize(bytes, 10).catch((thrown: unknown) => thrown);
    expect(isFanfareError(error, "Permanent")).toBe(true);
  });
});
