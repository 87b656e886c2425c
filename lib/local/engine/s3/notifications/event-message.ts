import { type CallContext, type EngineEnvironment, randomHex, randomUuid } from "../../kernel/index.ts";
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

/** What EventBridge calls the kinds of events, and the reason that it gives, if any. */
const BRIDGE_KINDS: Readonly<Record<ObjectEvent, readonly [kind: string, reason?: string]>> = {
  "ObjectCreated:Put": ["Object Created", "PutObject"],
  "ObjectCreated:Copy": ["Object Created", "CopyObject"],
  "ObjectCreated:CompleteMultipartUpload": ["Object Created", "CompleteMultipartUpload"],
  "ObjectRemoved:Delete": ["Object Deleted", "DeleteObject"],
  "ObjectTagging:Put": ["Object Tags Added"],
  "ObjectTagging:Delete": ["Object Tags Deleted"],
};

/** An event as EventBridge gets it. Source: User Guide, "EventBridge event message structure". */
export function bridgeEvent(
  state: S3State,
  bucket: Bucket,
  context: CallContext,
  event: ObjectEvent,
  key: string,
): object {
  const { environment } = state;
  const [kind, reason] = BRIDGE_KINDS[event];
  const object = bucket.objects.get(key);
  return {
    version: "0",
    id: randomUuid(environment),
    "detail-type": kind,
    source: "aws.s3",
    account: bucket.accountId,
    time: new Date(environment.now()).toISOString().replace(/\.\d+Z$/, "Z"),
    region: bucket.region,
    resources: [`arn:aws:s3:::${bucket.name}`],
    detail: {
      version: "0",
      bucket: { name: bucket.name },
      object: {
        key,
        ...(object === undefined ? {} : { size: object.body.byteLength, etag: object.etag.replaceAll('"', "") }),
        sequencer: state.sequence.toString(16).toUpperCase().padStart(18, "0"),
      },
      "request-id": randomHex(environment, 16).toUpperCase(),
      requester: context.accountId,
      "source-ip-address": "127.0.0.1",
      ...(reason === undefined ? {} : { reason }),
      ...(kind === "Object Deleted" ? { "deletion-type": "Permanently Deleted" } : {}),
    },
  };
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
