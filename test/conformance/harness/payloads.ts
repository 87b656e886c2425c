import type { Outgoing } from "./events.ts";

/** The prefix from which consumers of the suite may read payloads. */
export const PREFIX = "payloads/";

/** The message of an event whose body is in S3, as AWS's extended clients write it. */
export function pointerTo(
  event: Outgoing,
  bucket: string,
  key: string,
  bytes = Buffer.byteLength(event.body),
): Outgoing {
  return {
    ...event,
    body: JSON.stringify(["software.amazon.payloadoffloading.PayloadS3Pointer", { s3BucketName: bucket, s3Key: key }]),
    attributes: { ...event.attributes, ExtendedPayloadSize: { DataType: "Number", StringValue: String(bytes) } },
  };
}
