import { expect, test } from "vitest";
import type { Invocation } from "../../../../lib/local/lambda/index.ts";
import type { DiscardedBatch } from "../../../../lib/local/streams/discarded.ts";
import type { ReadRecord } from "../../../../lib/local/streams/record.ts";
import { StreamMapping } from "../../../../lib/local/streams/stream-mapping.ts";
import { type StreamPosition, StreamReader } from "../../../../lib/local/streams/stream-reader.ts";

const NOW = Date.UTC(2026, 0, 1);

const record = (name: string, ageSeconds = 0): ReadRecord => ({
  sequenceNumber: name,
  createdAt: NOW - ageSeconds * 1_000,
  record: { eventID: name, eventName: "INSERT", eventSourceARN: "s", dynamodb: { Keys: { id: { S: name } } } },
});

/** A stream that holds the given records. */
class FixedReader extends StreamReader {
  #records: readonly ReadRecord[];
  constructor(records: readonly ReadRecord[]) {
    super({} as ConstructorParameters<typeof StreamReader>[0], "s");
    this.#records = records;
  }
  override async open() {
    return "id";
  }
  override async read() {
    const records = this.#records;
    this.#records = [];
    return records;
  }
}

/** Runs a mapping until all records are finished. */
async function run(records: readonly ReadRecord[], answer: (ids: readonly string[]) => boolean, more = {}) {
  const invoked: string[][] = [];
  const discarded: DiscardedBatch[] = [];
  const positions: StreamPosition[] = [];
  const mapping = new StreamMapping({
    configuration: {
      uuid: "u",
      functionName: "f",
      functionArn: "f",
      streamArn: "s",
      region: "r",
      accountId: "a",
      enabled: true,
      startingPosition: "TRIM_HORIZON",
      batchSize: 10,
      windowSeconds: 0,
      parallelizationFactor: 1,
      bisectsBatches: false,
      maximumRetryAttempts: -1,
      maximumRecordAgeSeconds: -1,
      filters: [],
      reportBatchItemFailures: false,
      onFailure: undefined,
      ...more,
    },
    reader: new FixedReader(records),
    position: () => undefined,
    savePosition: (position) => positions.push(position),
    discard: async (batch) => {
      discarded.push(batch);
    },
    now: () => NOW,
    invoke: async ({ Records }): Promise<Invocation> => {
      const ids = Records.map(({ eventID }) => eventID);
      invoked.push(ids);
      return answer(ids)
        ? { status: "succeeded", response: null, requestId: "i", durationMs: 1 }
        : { status: "failed", error: { errorType: "E", errorMessage: "m" }, requestId: "i", durationMs: 1 };
    },
  });
  await mapping.start();
  await expect
    .poll(() => [mapping.stats.received, mapping.stats.inFlight], { timeout: 5_000 })
    .toEqual([records.length, 0]);
  await mapping.stop();
  return { invoked, discarded, position: positions.at(-1) };
}

test("records that are too old are discarded before the function gets them", async () => {
  const { invoked, discarded } = await run([record("old", 61), record("young", 59)], () => true, {
    maximumRecordAgeSeconds: 60,
  });
  expect(invoked).toEqual([["young"]]);
  expect(discarded).toMatchObject([
    { condition: "RecordAgeExceeded", invocations: 0, records: [{ sequenceNumber: "old" }] },
  ]);
});

test("a batch that fails is repeated as it was until it succeeds, and later records wait", async () => {
  let failures = 2;
  const { invoked, discarded, position } = await run([record("1"), record("2"), record("3")], () => failures-- <= 0, {
    batchSize: 2,
  });
  expect(invoked).toEqual([["1", "2"], ["1", "2"], ["1", "2"], ["3"]]);
  expect(discarded).toEqual([]);
  expect(position).toEqual({ shardId: "", type: "AFTER_SEQUENCE_NUMBER", sequenceNumber: "3" });
});

test("splits use up no retry: a single bad record costs only itself, in order", async () => {
  const { invoked, discarded } = await run(
    ["1", "2", "3", "4"].map((name) => record(name)),
    (ids) => !ids.includes("2"),
    { bisectsBatches: true, maximumRetryAttempts: 0 },
  );
  expect(invoked).toEqual([["1", "2", "3", "4"], ["1", "2"], ["1"], ["2"], ["3", "4"]]);
  expect(discarded).toMatchObject([
    { condition: "RetryAttemptsExhausted", invocations: 1, records: [{ sequenceNumber: "2" }] },
  ]);
});
