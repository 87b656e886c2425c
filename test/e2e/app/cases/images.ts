import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { Jimp, JimpMime } from "jimp";
import { readObjects } from "../../../../infra/demo/stage/effects.ts";
import { holds, takeDeadLetters } from "./checks.ts";
import type { AppCase, ReferenceApp } from "./reference-app.ts";

const UPLOADS = [
  ["a PNG", "wide.png", JimpMime.png, 1_024, 512, 256, 128],
  ["a JPEG under a key that needs encoding", "à la carte/1+1 = 2.jpg", JimpMime.jpeg, 300, 600, 128, 256],
  ["a small one", "small.png", JimpMime.png, 40, 30, 40, 30],
] as const;

/** Red, green and blue of the first case, each with the place of its bits. */
const CHANNELS = [
  [16, 0x22],
  [8, 0x66],
  [0, 0xcc],
] as const;

/** The image pipeline: S3, a work queue, S3. */
export const imageCases: readonly AppCase[] = [
  ...UPLOADS.map(
    ([what, name, mime, width, height, newWidth, newHeight]): AppCase => ({
      name: `images: makes a thumbnail of ${what}`,
      spoiltBy: ["s3-notification-without-sequencer"],
      run: async (app) => {
        const key = `${app.unique("uploads")}/${name}`;
        await upload(app, key, await picture(width, height, 0x2266ccff).getBuffer(mime));
        await holds(app, ["thumbnailer"], async () => {
          const made = await thumbnail(app, key);
          deepEqual([made?.mime, made?.width, made?.height], ["image/png", newWidth, newHeight]);
          const pixel = (made?.getPixelColor(5, 5) ?? 0) >>> 8;
          // JPEG loses a little.
          for (const [shift, wanted] of CHANNELS) {
            ok(Math.abs(((pixel >> shift) & 0xff) - wanted) < 6);
          }
        });
      },
    }),
  ),
  {
    name: "images: makes a new one when an image is replaced",
    // The sequencer is part of the event's id: an upload with that of another one is a duplicate.
    spoiltBy: ["s3-notification-without-sequencer", "s3-sequencer-constant"],
    run: async (app) => {
      const key = `${app.unique("replaced")}.png`;
      await upload(app, key, await picture(100, 100, 0xff0000ff).getBuffer(JimpMime.png));
      await holds(app, ["thumbnailer"], async () => notEqual(await thumbnail(app, key), undefined));
      await upload(app, key, await picture(50, 20, 0x00ff00ff).getBuffer(JimpMime.png));
      await holds(app, ["thumbnailer"], async () => {
        const made = await thumbnail(app, key);
        deepEqual([made?.width, made?.height, made?.getPixelColor(1, 1)], [50, 20, 0x00ff00ff]);
      });
    },
  },
  {
    name: "images: dead-letters what is no image, with the reason, and goes on",
    spoiltBy: ["s3-notification-without-sequencer"],
    run: async (app) => {
      const [letterKey, afterKey] = [`${app.unique("letter")}.png`, `${app.unique("after")}.png`];
      await upload(app, letterKey, Buffer.from("Dear Sir or Madam"));
      await upload(app, afterKey, await picture(10, 10, 0xffffffff).getBuffer(JimpMime.png));
      const [deadLetter] = await takeDeadLetters(app, "thumbnailer", 1);
      deepEqual(
        [deadLetter?.error, deadLetter?.message],
        ["Permanent", "the object is not an image that can be decoded"],
      );
      ok(deadLetter?.body.includes(letterKey));
      await holds(app, ["thumbnailer"], async () => notEqual(await thumbnail(app, afterKey), undefined));
      equal(await thumbnail(app, letterKey), undefined);
    },
  },
  {
    name: "images: ignores the test message that S3 sends when it is set up",
    run: async (app) => {
      await holds(app, ["thumbnailer"], async () => equal(await app.ignored("thumbnailer"), 1));
      await takeDeadLetters(app, "thumbnailer", 0);
    },
  },
];

async function upload(app: ReferenceApp, key: string, body: Buffer): Promise<void> {
  const Bucket = app.resource("Images/Uploads");
  await app.clients.s3.send(new PutObjectCommand({ Bucket, Key: key, Body: body }));
}

async function thumbnail(app: ReferenceApp, key: string) {
  const [object] = await readObjects(app.clients, app.resource("Images/Thumbnails"), `${key}.png`);
  return object === undefined ? undefined : await Jimp.read(object.bytes);
}

function picture(width: number, height: number, color: number) {
  return new Jimp({ width, height, color });
}
