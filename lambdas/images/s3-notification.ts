import type { Codec } from "fanfare";
import { z } from "zod";
import type { images } from "./contract.ts";

/** Of a notification what is used here. Source: Amazon S3 User Guide, "Event message structure". */
const notification = z.object({
  Records: z.tuple([
    z.object({
      eventName: z.string().startsWith("ObjectCreated:"),
      eventTime: z.string(),
      s3: z.object({
        bucket: z.object({ name: z.string() }),
        object: z.object({ key: z.string(), size: z.int(), sequencer: z.string() }),
      }),
    }),
  ]),
});

/** Sent once, when the notification is configured. */
const testEvent = z.object({ Event: z.literal("s3:TestEvent") });

/** Reads notifications of S3 about new objects. The sequencer tells two uploads under one key apart. */
export const s3Notification: Codec<typeof images> = (body) => {
  if (testEvent.safeParse(body).success) return null;
  const parsed = notification.safeParse(body);
  if (!parsed.success) return undefined;
  const [{ eventTime, s3 }] = parsed.data.Records;
  const bucket = s3.bucket.name;
  // Keys are encoded as in the query of a URL.
  const key = decodeURIComponent(s3.object.key.replaceAll("+", " "));
  return {
    event: "ImageUploaded",
    id: `${key}#${s3.object.sequencer}`,
    source: `arn:aws:s3:::${bucket}`,
    time: eventTime,
    data: { bucket, key, size: s3.object.size },
  };
};
