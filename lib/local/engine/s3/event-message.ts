import { type CallContext, type EngineEnvironment, randomHex } from "../kernel/index.ts";
import { encodeKey } from "./encoding.ts";
import type { Bucket, S3State, StoredObject } from "./state.ts";

/** What happened to an object, named as in events: without the prefix `s3:`. */
export type ObjectEvent =
  | "ObjectCreated:Put"
  | "ObjectCreated:Copy"
  | "ObjectCreated:CompleteMultipartUpload"
  | "ObjectRemoved:Delete";

/** What an event record tells. */
export interface EventDetails {
  readonly state: S3State;
  readonly bucket: Bucket;
  /** Who caused it. */
  readonly context: CallContext;
  /** The id of the notification configuration that wanted it. */
  readonly configurationId: string;
  readonly event: ObjectEvent;
  readonly key: string;
  /** Absent when it was removed. */
  readonly object: StoredObject | undefined;
}

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
export function eventRecord(environment: EngineEnvironment, details: EventDetails): object {
  const { state, bucket, context, configurationId, event, key, object } = details;
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
      configurationId: configurationId,
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
