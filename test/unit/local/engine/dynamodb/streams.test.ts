import { describe, expect, test } from "vitest";
import { DynamoDbEngine } from "../../../../../lib/local/engine/index.ts";
import { CONTEXT, N, S, withTable } from "./support.ts";

const HOUR = 3_600_000;

function streamed() {
  const world = withTable({ StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } });
  const StreamArn = world.call("DescribeTable", { TableName: "tab" }).Table?.LatestStreamArn;
  const ShardId = world.call("DescribeStream", { StreamArn }).StreamDescription?.Shards?.[0]?.ShardId;
  const iterator = (ShardIteratorType: "TRIM_HORIZON" | "LATEST") =>
    world.call("GetShardIterator", { StreamArn, ShardId, ShardIteratorType }).ShardIterator;
  const records = (ShardIterator = iterator("TRIM_HORIZON")) =>
    world.call("GetRecords", { ShardIterator }).Records ?? [];
  return { ...world, StreamArn, iterator, records };
}

describe("a stream", () => {
  test("has each change in order, with its images, and nothing of what changed nothing", () => {
    const { put, call, records } = streamed();
    put({ id: S("a"), n: N(1) });
    put({ id: S("a"), n: N(1) });
    put({ id: S("a"), n: N(2) });
    call("TransactWriteItems", { TransactItems: [{ Delete: { TableName: "tab", Key: { id: S("a") } } }] });
    const all = records();
    expect(all.map(({ eventName, dynamodb }) => [eventName, dynamodb?.OldImage?.n, dynamodb?.NewImage?.n])).toEqual([
      ["INSERT", undefined, N(1)],
      ["MODIFY", N(1), N(2)],
      ["REMOVE", N(2), undefined],
    ]);
    const numbers = all.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? "");
    expect(numbers).toEqual([...numbers].sort());
    expect(new Set(all.map(({ eventID }) => eventID)).size).toBe(3);
  });

  test("is read on from where a reader stands, and forgets after 24 hours", () => {
    const { put, call, iterator, records, wait } = streamed();
    put({ id: S("a") });
    const latest = iterator("LATEST");
    put({ id: S("b") });
    const page = call("GetRecords", { ShardIterator: latest });
    expect(page.Records?.map(({ dynamodb }) => dynamodb?.Keys)).toEqual([{ id: S("b") }]);
    expect(call("GetRecords", { ShardIterator: page.NextShardIterator }).Records).toEqual([]);
    wait(16 * 60_000);
    expect(() => call("GetRecords", { ShardIterator: latest })).toThrow("expired");
    wait(24 * HOUR);
    expect(records()).toEqual([]);
  });

  test("ends when it is switched off: then no iterator follows", () => {
    const { put, call, iterator } = streamed();
    put({ id: S("a") });
    const first = iterator("TRIM_HORIZON");
    call("UpdateTable", { TableName: "tab", StreamSpecification: { StreamEnabled: false } });
    put({ id: S("b") });
    const page = call("GetRecords", { ShardIterator: first });
    expect([page.Records?.length, page.NextShardIterator]).toEqual([1, undefined]);
  });
});

describe("time to live", () => {
  test("deletes by the engine's clock, and the stream says that the service did", () => {
    const { put, call, item, records, wait, now } = streamed();
    call("UpdateTimeToLive", { TableName: "tab", TimeToLiveSpecification: { Enabled: true, AttributeName: "ttl" } });
    const seconds = now() / 1_000;
    put({ id: S("soon"), ttl: N(seconds + 10) });
    put({ id: S("later"), ttl: N(seconds + 100) });
    put({ id: S("long-ago"), ttl: N(seconds - 6 * 365 * 24 * 3_600) });
    put({ id: S("text"), ttl: S("1") });
    wait(10_000);
    expect(["soon", "later", "long-ago", "text"].map((id) => item(id) !== undefined)).toEqual([
      false,
      true,
      true,
      true,
    ]);
    expect(records().at(-1)).toMatchObject({
      eventName: "REMOVE",
      userIdentity: { Type: "Service", PrincipalId: "dynamodb.amazonaws.com" },
      dynamodb: { Keys: { id: S("soon") } },
    });
  });

  test("follows the item: a later time counts, no time is for ever", () => {
    const { put, call, item, wait, now } = streamed();
    call("UpdateTimeToLive", { TableName: "tab", TimeToLiveSpecification: { Enabled: true, AttributeName: "ttl" } });
    put({ id: S("a"), ttl: N(now() / 1_000 + 10) });
    put({ id: S("a"), ttl: N(now() / 1_000 + 20) });
    put({ id: S("b"), ttl: N(now() / 1_000 + 10) });
    put({ id: S("b") });
    wait(15_000);
    expect([item("a"), item("b")].map((each) => each !== undefined)).toEqual([true, true]);
    wait(10_000);
    expect([item("a"), item("b")].map((each) => each !== undefined)).toEqual([false, true]);
  });
});

test("a snapshot is plain JSON, and what it brings back goes on as the original does", () => {
  const { put, call, engine, records, wait, now, StreamArn } = streamed();
  call("UpdateTimeToLive", { TableName: "tab", TimeToLiveSpecification: { Enabled: true, AttributeName: "ttl" } });
  put({ id: S("a"), ttl: N(now() / 1_000 + 10) });
  call("PutItem", { TableName: "tab", Item: { id: S("__proto__"), bytes: { B: new Uint8Array([0, 255]) } } });
  const snapshot = JSON.parse(JSON.stringify(engine.snapshot()));
  const other = new DynamoDbEngine({ environment: { now, random: () => 0.5 } });
  other.restore(snapshot);
  expect(other.snapshot()).toEqual(engine.snapshot());
  wait(10_000);
  const read = (each: DynamoDbEngine) => each.call(CONTEXT, "Scan", { TableName: "tab" }).Items;
  expect(read(other)).toEqual(read(engine));
  expect(read(other)).toEqual([{ id: S("__proto__"), bytes: { B: new Uint8Array([0, 255]) } }]);
  expect(other.call(CONTEXT, "ListStreams", {}).Streams?.[0]?.StreamArn).toBe(StreamArn);
  expect(records()).toHaveLength(3);
});
