import { PutObjectCommand } from "@aws-sdk/client-s3";
import { Jimp, JimpMime } from "jimp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readObjects } from "../../../infra/demo/stage/effects.ts";
import { type App, openApp } from "./support.ts";

let app: App;

beforeAll(async () => {
  app = await openApp();
});

afterAll(async () => {
  await app?.close();
});

async function upload(key: string, body: Buffer): Promise<void> {
  const Bucket = app.resource("Images/Uploads");
  await app.clients.s3.send(new PutObjectCommand({ Bucket, Key: key, Body: body }));
}

async function thumbnail(key: string) {
  const [object] = await readObjects(app.clients, app.resource("Images/Thumbnails"), `${key}.png`);
  return object === undefined ? undefined : await Jimp.read(object.bytes);
}

const picture = (width: number, height: number, color: number) => new Jimp({ width, height, color });

describe("the image pipeline", () => {
  it.each([
    ["a PNG", "wide.png", JimpMime.png, 1_024, 512, 256, 128],
    ["a JPEG under a key that needs encoding", "à la carte/1+1 = 2.jpg", JimpMime.jpeg, 300, 600, 128, 256],
    ["a small one", "small.png", JimpMime.png, 40, 30, 40, 30],
  ] as const)("makes a thumbnail of %s", async (_what, key, mime, width, height, newWidth, newHeight) => {
    await upload(key, await picture(width, height, 0x2266ccff).getBuffer(mime));
    await app.quiet();
    const made = await thumbnail(key);
    expect([made?.mime, made?.width, made?.height]).toEqual(["image/png", newWidth, newHeight]);
    const pixel = (made?.getPixelColor(5, 5) ?? 0) >>> 8;
    // JPEG loses a little.
    for (const [shift, wanted] of [
      [16, 0x22],
      [8, 0x66],
      [0, 0xcc],
    ] as const) {
      expect(Math.abs(((pixel >> shift) & 0xff) - wanted)).toBeLessThan(6);
    }
  });

  it("makes a new one when an image is replaced", async () => {
    await upload("replaced.png", await picture(100, 100, 0xff0000ff).getBuffer(JimpMime.png));
    await app.quiet();
    await upload("replaced.png", await picture(50, 20, 0x00ff00ff).getBuffer(JimpMime.png));
    await app.quiet();
    const made = await thumbnail("replaced.png");
    expect([made?.width, made?.height, made?.getPixelColor(1, 1)]).toEqual([50, 20, 0x00ff00ff]);
  });

  it("dead-letters what is no image, with the reason, and goes on", async () => {
    await upload("letter.png", Buffer.from("Dear Sir or Madam"));
    await upload("after.png", await picture(10, 10, 0xffffffff).getBuffer(JimpMime.png));
    await app.quiet();
    const [letter, ...others] = await app.deadLetters("thumbnailer");
    expect(letter).toMatchObject({ error: "Permanent", message: "the object is not an image that can be read" });
    expect(letter?.body).toContain("letter.png");
    expect(others).toEqual([]);
    expect(await thumbnail("letter.png")).toBeUndefined();
    expect(await thumbnail("after.png")).toBeDefined();
  });

  it("ignores the test message that S3 sends when it is set up", () => {
    expect(app.journal.ended("thumbnailer", "ignored")).toHaveLength(1);
  });
});
