import type { _Record, AttributeValue } from "@aws-sdk/client-dynamodb-streams";
import type { Json, JsonObject } from "../../std/index.ts";

/** A record of a stream as a function gets it. */
export interface StreamRecord extends JsonObject {
  readonly eventID: string;
  readonly eventName: string;
  readonly eventSourceARN: string;
  readonly dynamodb: JsonObject;
}

/** A record with what its mapping needs to know of it. */
export interface ReadRecord {
  readonly record: StreamRecord;
  readonly sequenceNumber: string;
  /** Milliseconds since the epoch, in whole seconds. */
  readonly createdAt: number;
}

/**
 * The record of the Streams API in the form of the event of a function: times in seconds, binary values in base64, and the fields of
 * `userIdentity` in lower case. Source: AWS Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB", example event.
 */
export function toReadRecord(given: _Record, streamArn: string): ReadRecord {
  const { dynamodb = {}, userIdentity } = given;
  const { ApproximateCreationDateTime: created, Keys, NewImage, OldImage, ...rest } = dynamodb;
  const createdAt = created?.getTime() ?? 0;
  const images = { Keys, NewImage, OldImage };
  return {
    sequenceNumber: dynamodb.SequenceNumber ?? "",
    createdAt,
    record: {
      eventID: given.eventID ?? "",
      eventName: given.eventName ?? "",
      eventVersion: given.eventVersion ?? "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: given.awsRegion ?? "",
      dynamodb: {
        ApproximateCreationDateTime: createdAt / 1_000,
        ...Object.fromEntries(Object.entries(images).flatMap(([name, item]) => (item ? [[name, itemOf(item)]] : []))),
        ...defined(rest),
      },
      ...(userIdentity === undefined
        ? {}
        : { userIdentity: defined({ type: userIdentity.Type, principalId: userIdentity.PrincipalId }) }),
      eventSourceARN: streamArn,
    },
  };
}

function itemOf(item: Readonly<Record<string, AttributeValue>>): JsonObject {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attributeOf(value)]));
}

function attributeOf(value: AttributeValue): Json {
  if (value.B !== undefined) {
    return { B: base64(value.B) };
  }
  if (value.BS !== undefined) {
    return { BS: value.BS.map(base64) };
  }
  if (value.L !== undefined) {
    return { L: value.L.map(attributeOf) };
  }
  if (value.M !== undefined) {
    return { M: itemOf(value.M) };
  }
  const { S, N, BOOL, NULL, SS, NS } = value;
  return defined({ S, N, BOOL, NULL, SS, NS });
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}

function defined(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]): [string, Json][] => (value === undefined ? [] : [[name, value]])),
  );
}
