import type { Codec, CodecEvent } from "fanfare";
import { z } from "zod";
import type { images } from "./contract.ts";

/** The part of a notification that is used here. Source: Amazon S3 User Guide, "Event message structure". */
const notification = z.object({
  Records: z
    .array(
      z.object({
        eventName: z.string().startsWith("ObjectCreated:"),
        eventTime: z.string(),
        s3: z.object({
          bucket: z.object({ name: z.string() }),
          object: z.object({ key: z.string(), size: z.int(), sequencer: z.string() }),
        }),
      }),
    )
    .min(1),
});

type NewObject = z.infer<typeof notification>["Records"][number];

/** The message that S3 sends once, when the notification is configured. */
const testEvent = z.object({ Event: z.literal("s3:TestEvent") });

/** Decodes S3 notifications about new objects: an event each. The sequencer distinguishes two uploads under the same key. */
export const s3Notification: Codec<typeof images> = (body) => {
  if (testEvent.safeParse(body).success) {
    return null;
  }
  const parsed = notification.safeParse(body);
  if (!parsed.success) {
    return undefined;
  }
  return parsed.data.Records.map(imageUploaded);
};

function imageUploaded({ eventTime, s3 }: NewObject): CodecEvent<"ImageUploaded"> {
  const bucket = s3.bucket.name;
  // Keys are encoded like a query string in a URL.
  const key = decodeURIComponent(s3.object.key.replaceAll("+", " "));
  return {
    event: "ImageUploaded",
    id: `${key}#${s3.object.sequencer}`,
    source: `arn:aws:s3:::${bucket}`,
    time: eventTime,
    data: { bucket, key, size: s3.object.size },
  };
}
