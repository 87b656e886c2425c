import { type CallContext, type EngineEnvironment, randomHex } from "../../kernel/index.ts";
import { encodeKey } from "../encoding.ts";
import type { Bucket, S3State } from "../state.ts";

/** What happened to an object, named as in event records: without the prefix `s3:`. */
export type ObjectEvent =
  | "ObjectCreated:Put"
  | "ObjectCreated:Copy"
  | "ObjectCreated:CompleteMultipartUpload"
  | "ObjectRemoved:Delete"
  | "ObjectTagging:Put"
  | "ObjectTagging:Delete";

/** The message that a destination gets when it is configured. Source: User Guide, "Event message structure". */
export function testEvent(bucket: Bucket, environment: EngineEnvironment): string {
  return JSON.stringify({
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: new Date(environment.now()).toISOString(),
    Bucket: bucket.name,
    RequestId: randomHex(environment, 16).toUpperCase(),
    HostId: randomHex(environment, 32),
  });
}

/** One record of an event message. Source: User Guide, "Event message structure". */
export function eventRecord(
  state: S3State,
  bucket: Bucket,
  context: CallContext,
  { configurationId, event, key }: { configurationId: string; event: ObjectEvent; key: string },
): object {
  const { environment } = state;
  const object = bucket.objects.get(key);
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: bucket.region,
    eventTime: new Date(environment.now()).toISOString(),
    eventName: event,
    userIdentity: { principalId: `AWS:${context.accountId}` },
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    responseElements: {
      "x-amz-request-id": randomHex(environment, 16).toUpperCase(),
      "x-amz-id-2": randomHex(environment, 32),
    },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId,
      bucket: {
        name: bucket.name,
        ownerIdentity: { principalId: bucket.accountId },
        arn: `arn:aws:s3:::${bucket.name}`,
      },
      object: {
        key: encodeKey(key),
        ...(object === undefined ? {} : { size: object.body.byteLength, eTag: object.etag.replaceAll('"', "") }),
        sequencer: state.sequence.toString(16).toUpperCase().padStart(18, "0"),
      },
    },
  };
}
