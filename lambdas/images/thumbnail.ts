import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { consume, PermanentError } from "fanfare";
import { required } from "../shared/environment.ts";
import { s3 } from "../shared/s3.ts";
import { images } from "./contract.ts";
import { resize } from "./resize.ts";
import { s3Notification } from "./s3-notification.ts";

const THUMBNAILS = required("THUMBNAIL_BUCKET");

/** Length of the longer side in pixels. */
const SIZE = 256;

/** Largest image in bytes; the pixels of a larger one might not fit into the function's memory. */
const MAX_BYTES = 20 * 1_048_576;

/** Creates a thumbnail of each uploaded image. It is idempotent: a second run writes the same object again. */
export const handler = consume(
  images,
  {
    ImageUploaded: async ({ bucket, key, size }, ctx) => {
      if (size > MAX_BYTES) {
        throw new PermanentError(`the image has ${size} bytes, but at most ${MAX_BYTES} are allowed`);
      }
      const abortSignal = ctx.signal;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), { abortSignal });
      const thumbnail = await resize((await Body?.transformToByteArray()) ?? new Uint8Array(), SIZE);
      const put = { Bucket: THUMBNAILS, Key: `${key}.png`, Body: thumbnail, ContentType: "image/png" };
      await s3.send(new PutObjectCommand(put), { abortSignal });
    },
  },
  { codec: s3Notification },
);
