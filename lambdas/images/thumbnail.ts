import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { consume, PermanentError } from "fanfare";
import { Jimp, JimpMime } from "jimp";
import { required } from "../shared/environment.ts";
import { s3 } from "../shared/s3.ts";
import { images } from "./contract.ts";
import { s3Notification } from "./s3-notification.ts";

const THUMBNAILS = required("THUMBNAIL_BUCKET");

/** Pixels of the longer side. */
const SIZE = 256;

/** Bytes; more would not fit into the function's memory as pixels. */
const MAX_BYTES = 20 * 1_048_576;

/** Makes a PNG thumbnail of each uploaded image. Doing it twice writes the same object twice. */
export const handler = consume(
  images,
  {
    ImageUploaded: async ({ bucket, key, size }, ctx) => {
      if (size > MAX_BYTES) throw new PermanentError(`the image has ${size} bytes, at most ${MAX_BYTES} are possible`);
      const abortSignal = ctx.signal;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
      const image = await decode(await Body?.transformToByteArray());
      const thumbnail = await image.scaleToFit({ w: SIZE, h: SIZE }).getBuffer(JimpMime.png);
      const put = { Bucket: THUMBNAILS, Key: `${key}.png`, Body: thumbnail, ContentType: JimpMime.png };
      await s3.send(new PutObjectCommand(put), { abortSignal });
    },
  },
  { codec: s3Notification },
);

/** No other try makes an image of what is none. */
async function decode(bytes: Uint8Array = new Uint8Array()) {
  try {
    return await Jimp.read(Buffer.from(bytes));
  } catch (cause) {
    throw new PermanentError("the object is not an image that can be read", { cause });
  }
}
