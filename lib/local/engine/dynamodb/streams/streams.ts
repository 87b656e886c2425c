import type { Shard, StreamDescription } from "@aws-sdk/client-dynamodb-streams";
import { AwsError, parseArn } from "../../kernel/index.ts";
import { constraint, resourceNotFound, validation } from "../errors.ts";
import { LIMITS } from "../limits.ts";
import { positionOf, type Stream, sequenceNumber, toRecord } from "../model/index.ts";
import type { DynamoDbHandler } from "../operations.ts";
import { type DynamoDbState, tableArn } from "../state.ts";
import { formatIterator, parseIterator } from "./shard-iterator.ts";

/** Source: API Reference, `DescribeStream` and `ListStreams`. */
const MAX_LISTED = 100;

/** @throws AwsError `ResourceNotFoundException` */
export const describeStream: DynamoDbHandler<"DescribeStream"> = (state, _context, input) => {
  const stream = requireStream(state, input.StreamArn);
  const { definition } = stream;
  const table = state.tables.get(definition.tableArn);
  const after = input.ExclusiveStartShardId;
  const description: StreamDescription = {
    StreamArn: definition.arn,
    StreamLabel: definition.label,
    StreamStatus: stream.closedAt === undefined ? "ENABLED" : "DISABLED",
    StreamViewType: definition.view,
    CreationRequestDateTime: new Date(definition.createdAt),
    TableName: definition.tableName,
    ...(table === undefined ? {} : { KeySchema: [...table.definition.keySchema] }),
    Shards: after === undefined || after < definition.shardId ? [shardOf(stream)] : [],
  };
  return { StreamDescription: description };
};

function shardOf({ definition, closedAt, lastPosition }: Stream): Shard {
  return {
    ShardId: definition.shardId,
    SequenceNumberRange: {
      StartingSequenceNumber: sequenceNumber(1),
      ...(closedAt === undefined ? {} : { EndingSequenceNumber: sequenceNumber(Math.max(1, lastPosition)) }),
    },
  };
}

/** @throws AwsError `ValidationException` */
export const listStreams: DynamoDbHandler<"ListStreams"> = (state, context, input) => {
  const { TableName, Limit = MAX_LISTED, ExclusiveStartStreamArn: after } = input;
  if (Limit < 1 || Limit > MAX_LISTED) {
    throw constraint("limit", Limit, `have value between 1 and ${MAX_LISTED}`);
  }
  const prefix = tableArn(context, "");
  const wanted = TableName === undefined || TableName.startsWith("arn:") ? TableName : tableArn(context, TableName);
  const streams = [...state.streams.values()]
    .map(({ definition }) => definition)
    .filter(({ tableArn: arn }) => (wanted === undefined ? arn.startsWith(prefix) : arn === wanted))
    .sort((left, right) => (left.arn < right.arn ? -1 : 1))
    .filter(({ arn }) => after === undefined || arn > after);
  const page = streams.slice(0, Limit);
  const last = page.at(-1);
  return {
    Streams: page.map(({ arn, label, tableName }) => ({ StreamArn: arn, StreamLabel: label, TableName: tableName })),
    ...(page.length < streams.length && last !== undefined ? { LastEvaluatedStreamArn: last.arn } : {}),
  };
};

/** @throws AwsError `ResourceNotFoundException`, `TrimmedDataAccessException`, `ValidationException` */
export const getShardIterator: DynamoDbHandler<"GetShardIterator"> = (state, _context, input) => {
  const stream = requireStream(state, input.StreamArn);
  if (input.ShardId !== stream.definition.shardId) {
    throw resourceNotFound(`Shard: ${input.ShardId ?? "null"} in stream: ${stream.definition.arn} not found`);
  }
  const position = startOf(stream, input.ShardIteratorType, input.SequenceNumber);
  return { ShardIterator: formatIterator({ streamArn: stream.definition.arn, position, madeAt: state.now() }) };
};

/** The position of the first record that an iterator of this type returns. */
function startOf(stream: Stream, type: string | undefined, sequence: string | undefined): number {
  switch (type) {
    case "TRIM_HORIZON":
      return stream.lastPosition - stream.changes.length + 1;
    case "LATEST":
      return stream.lastPosition + 1;
    case "AT_SEQUENCE_NUMBER":
    case "AFTER_SEQUENCE_NUMBER": {
      const given = sequence === undefined ? undefined : positionOf(sequence);
      if (given === undefined || given < 1 || given > stream.lastPosition + 1) {
        throw validation(`Invalid SequenceNumber for the ShardIteratorType ${type}: ${sequence ?? "null"}`);
      }
      const position = type === "AT_SEQUENCE_NUMBER" ? given : given + 1;
      refuseTrimmed(stream, position);
      return position;
    }
    default:
      throw constraint(
        "shardIteratorType",
        type,
        "satisfy enum value set: [AT_SEQUENCE_NUMBER, AFTER_SEQUENCE_NUMBER, TRIM_HORIZON, LATEST]",
      );
  }
}

/**
 * The next records of a shard. `NextShardIterator` is absent at the end of a stream that was switched off.
 *
 * @throws AwsError `ExpiredIteratorException`, `TrimmedDataAccessException`, `ResourceNotFoundException`, `ValidationException`
 */
export const getRecords: DynamoDbHandler<"GetRecords"> = (state, _context, input) => {
  const { Limit = LIMITS.streamRecords } = input;
  if (Limit < 1 || Limit > LIMITS.streamRecords) {
    throw constraint("limit", Limit, `have value between 1 and ${LIMITS.streamRecords}`);
  }
  const { streamArn, position, madeAt } = parseIterator(input.ShardIterator);
  if (madeAt < state.now() - LIMITS.iteratorMs) {
    throw new AwsError("ExpiredIteratorException", "The shard iterator has expired: it was valid for 15 minutes");
  }
  const stream = requireStream(state, streamArn);
  refuseTrimmed(stream, position);
  const first = stream.lastPosition - stream.changes.length + 1;
  const changes = stream.changes.slice(position - first, position - first + Limit);
  const next = position + changes.length;
  const region = parseArn(streamArn)?.region ?? "";
  const isAtEnd = stream.closedAt !== undefined && next > stream.lastPosition;
  return {
    Records: changes.map((change) => toRecord(stream.definition, region, change)),
    ...(isAtEnd ? {} : { NextShardIterator: formatIterator({ streamArn, position: next, madeAt: state.now() }) }),
  };
};

function refuseTrimmed(stream: Stream, position: number): void {
  if (position < stream.lastPosition - stream.changes.length + 1) {
    throw new AwsError(
      "TrimmedDataAccessException",
      `The records before ${sequenceNumber(stream.lastPosition - stream.changes.length + 1)} have been removed: a stream keeps them for 24 hours`,
    );
  }
}

function requireStream(state: DynamoDbState, arn: string | undefined): Stream {
  const stream = arn === undefined ? undefined : state.streams.get(arn);
  if (stream === undefined) {
    throw resourceNotFound(`Stream: ${arn ?? "null"} not found`);
  }
  return stream;
}
