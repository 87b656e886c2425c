import { randomUUID } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { ClientPool } from "../clients/index.ts";
import type { StreamMappingConfiguration } from "./configuration.ts";
import type { ReadRecord } from "./record.ts";

/** A batch that is given up. */
export interface DiscardedBatch {
  readonly records: readonly ReadRecord[];
  readonly shardId: string;
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  readonly requestId: string;
  /** Invocations with these records. */
  readonly invocations: number;
  readonly functionError: string | undefined;
}

/**
 * Describes a discarded batch, as the destination of a mapping gets it: where it was in the stream, not the records themselves.
 * Source: AWS Lambda Developer Guide, "Retaining discarded records for a DynamoDB event source in Lambda".
 */
export function describeDiscarded(
  configuration: StreamMappingConfiguration,
  batch: DiscardedBatch,
  now: number,
): object {
  const { records, condition, functionError } = batch;
  return {
    requestContext: {
      requestId: batch.requestId,
      functionArn: configuration.functionArn,
      condition,
      approximateInvokeCount: batch.invocations,
    },
    ...(batch.invocations === 0
      ? {}
      : {
          responseContext: {
            statusCode: 200,
            executedVersion: "$LATEST",
            ...(functionError === undefined ? {} : { functionError }),
          },
        }),
    version: "1.0",
    timestamp: new Date(now).toISOString(),
    DDBStreamBatchInfo: {
      shardId: batch.shardId,
      startSequenceNumber: records[0]?.sequenceNumber,
      endSequenceNumber: records.at(-1)?.sequenceNumber,
      approximateArrivalOfFirstRecord: seconds(records[0]?.createdAt),
      approximateArrivalOfLastRecord: seconds(records.at(-1)?.createdAt),
      batchSize: records.length,
      streamArn: configuration.streamArn,
    },
  };
}

/** Sends the description to the destination. A bucket gets the records too. */
export async function sendDiscarded(
  { pool, send }: { pool: ClientPool; send: (targetArn: string, text: string) => Promise<void> },
  configuration: StreamMappingConfiguration,
  batch: DiscardedBatch,
  now: number,
): Promise<void> {
  const { onFailure } = configuration;
  const description = describeDiscarded(configuration, batch, now);
  if (onFailure?.startsWith("arn:aws:s3:::")) {
    const payload = JSON.stringify({ Records: batch.records.map(({ record }) => record) });
    await pool.for(configuration).s3.send(
      new PutObjectCommand({
        Bucket: onFailure.slice("arn:aws:s3:::".length),
        Key: keyOf(configuration.uuid, batch.shardId, now),
        Body: JSON.stringify({ ...description, payload }),
      }),
    );
  } else if (onFailure !== undefined) {
    await send(onFailure, JSON.stringify(description));
  }
}

/** `aws/lambda/<mapping>/<shard>/2026/01/31/2026-01-31T23.59.59-<id>` */
function keyOf(uuid: string, shardId: string, now: number): string {
  const time = new Date(now).toISOString().slice(0, 19);
  const folder = time.slice(0, 10).replaceAll("-", "/");
  return `aws/lambda/${uuid}/${shardId}/${folder}/${time.replaceAll(":", ".")}-${randomUUID()}`;
}

function seconds(milliseconds = 0): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}
