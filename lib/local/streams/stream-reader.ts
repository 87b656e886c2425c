import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type ShardIteratorType,
  TrimmedDataAccessException,
} from "@aws-sdk/client-dynamodb-streams";
import { type ReadRecord, toReadRecord } from "./record.ts";

/** Where a mapping continues in a stream. */
export interface StreamPosition {
  readonly shardId: string;
  /** `AFTER_SEQUENCE_NUMBER` where all records up to it are finished, `AT_SEQUENCE_NUMBER` where it is the first that is not. */
  readonly type: "AT_SEQUENCE_NUMBER" | "AFTER_SEQUENCE_NUMBER";
  readonly sequenceNumber: string;
}

/** Reads a stream in order, one shard after the other. */
export class StreamReader {
  readonly #client: DynamoDBStreamsClient;
  readonly #streamArn: string;
  #shardId: string | undefined;
  #iterator: string | undefined;
  /** The last record that was read. */
  #last: string | undefined;

  constructor(client: DynamoDBStreamsClient, streamArn: string) {
    this.#client = client;
    this.#streamArn = streamArn;
  }

  /** The shard that is read now. */
  get shardId(): string {
    return this.#shardId ?? "";
  }

  /**
   * Goes to where the reading starts. `LATEST` means behind the records that are there when this resolves. Returns the name of
   * the table's partition key.
   */
  async open(start: StreamPosition | "TRIM_HORIZON" | "LATEST"): Promise<string> {
    const { shards, partitionKey } = await this.#describe();
    if (start === "LATEST") {
      await this.#goTo(shards.at(-1), "LATEST");
    } else if (start !== "TRIM_HORIZON" && shards.includes(start.shardId)) {
      await this.#goTo(start.shardId, start.type, start.sequenceNumber);
    } else {
      await this.#goTo(shards[0], "TRIM_HORIZON");
    }
    return partitionKey;
  }

  /** The next records, none when there are none yet. */
  async read(limit: number): Promise<readonly ReadRecord[]> {
    if (this.#iterator === undefined && !(await this.#nextShard())) {
      return [];
    }
    const { records, next } = await this.#records(limit);
    this.#iterator = next;
    this.#last = records.at(-1)?.sequenceNumber ?? this.#last;
    return records;
  }

  /** Whether records wait that {@link read} has not returned. */
  async hasMore(): Promise<boolean> {
    return this.#iterator !== undefined && (await this.#records(1)).records.length > 0;
  }

  async #records(Limit: number): Promise<{ records: readonly ReadRecord[]; next: string | undefined }> {
    try {
      const { Records = [], NextShardIterator: next } = await this.#client.send(
        new GetRecordsCommand({ ShardIterator: this.#iterator, Limit }),
      );
      return { records: Records.map((record) => toReadRecord(record, this.#streamArn)), next };
    } catch (error) {
      if (error instanceof ExpiredIteratorException && this.#last !== undefined) {
        await this.#goTo(this.#shardId, "AFTER_SEQUENCE_NUMBER", this.#last);
      } else if (error instanceof TrimmedDataAccessException || error instanceof ExpiredIteratorException) {
        await this.#goTo(this.#shardId, "TRIM_HORIZON");
      } else {
        throw error;
      }
      return { records: [], next: this.#iterator };
    }
  }

  async #nextShard(): Promise<boolean> {
    const { shards } = await this.#describe();
    const next = shards[this.#shardId === undefined ? 0 : shards.indexOf(this.#shardId) + 1];
    if (next === undefined) {
      return false;
    }
    await this.#goTo(next, "TRIM_HORIZON");
    return true;
  }

  async #goTo(shardId: string | undefined, type: ShardIteratorType, sequenceNumber?: string): Promise<void> {
    if (shardId === undefined) {
      return;
    }
    const { ShardIterator } = await this.#client.send(
      new GetShardIteratorCommand({
        StreamArn: this.#streamArn,
        ShardId: shardId,
        ShardIteratorType: type,
        ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
      }),
    );
    this.#shardId = shardId;
    this.#iterator = ShardIterator;
    this.#last = sequenceNumber;
  }

  /** Shards in the order of their time, parents before children. */
  async #describe(): Promise<{ shards: readonly string[]; partitionKey: string }> {
    const shards: string[] = [];
    for (let after: string | undefined; ; ) {
      const { StreamDescription = {} } = await this.#client.send(
        new DescribeStreamCommand({
          StreamArn: this.#streamArn,
          ...(after === undefined ? {} : { ExclusiveStartShardId: after }),
        }),
      );
      shards.push(...(StreamDescription.Shards ?? []).map(({ ShardId = "" }) => ShardId));
      after = StreamDescription.LastEvaluatedShardId;
      if (after === undefined) {
        const key = StreamDescription.KeySchema?.find(({ KeyType }) => KeyType === "HASH");
        return { shards, partitionKey: key?.AttributeName ?? "" };
      }
    }
  }
}
