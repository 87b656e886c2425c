import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { consume, PermanentError } from "fanfare";
import { required } from "../shared/environment.ts";
import { s3 } from "../shared/s3.ts";
import { images } from "./contract.ts";
import { resize } from "./resize.ts";
import { s3Notification } from "./s3-notification.ts";

const THUMBNAILS = required("THUMBNAIL_BUCKET");

/** Pixels of the longer side. */
const SIZE = 256;

/** Bytes; more would not fit into the function's memory as pixels. */
const MAX_BYTES = 20 * 1_048_576;

/** Makes a thumbnail of each uploaded image. Doing it twice writes the same object twice. */
export const handler = consume(
  images,
  {
    ImageUploaded: async ({ bucket, key, size }, ctx) => {
      if (size > MAX_BYTES) throw new PermanentError(`the image has ${size} bytes, at most ${MAX_BYTES} are possible`);
      const abortSignal = ctx.signal;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
      const thumbnail = await resize((await Body?.transformToByteArray()) ?? new Uint8Array(), SIZE);
      const put = { Bucket: THUMBNAILS, Key: `${key}.png`, Body: thumbnail, ContentType: "image/png" };
      await s3.send(new PutObjectCommand(put), { abortSignal });
    },
  },
  { codec: s3Notification },
);
