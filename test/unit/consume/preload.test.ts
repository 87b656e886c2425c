import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { expect, test, vi } from "vitest";
import { consume, consumeBatch, dynamoDbStore, type PayloadStore, s3PayloadStore } from "../../../lib/index.ts";
import { contract, MemoryStore, offline } from "./support.ts";

const handlers = { Placed: () => {} };
const payloads: PayloadStore = {
  put: () => Promise.reject(new Error("not meant to be called")),
  get: () => Promise.reject(new Error("not meant to be called")),
};

test("loads what the store and the payloads need", async () => {
  const store = Object.assign(new MemoryStore(), { preload: vi.fn(async () => {}) });
  const withPreload = { ...payloads, preload: vi.fn(async () => {}) };
  const options = offline({ store, payloads: withPreload });
  await consume(contract, handlers, options).preload();
  expect(store.preload).toHaveBeenCalledTimes(1);
  expect(withPreload.preload).toHaveBeenCalledTimes(1);
  await consumeBatch(contract, () => {}, options).preload();
  expect(store.preload).toHaveBeenCalledTimes(2);
  expect(store.calls).toEqual([]);
});

test("has nothing to do for a consumer without a store, nor for stores that have nothing to load", async () => {
  await expect(consume(contract, handlers, offline()).preload()).resolves.toBeUndefined();
  const options = offline({ store: new MemoryStore(), payloads });
  await expect(consume(contract, handlers, options).preload()).resolves.toBeUndefined();
});

test("fails the start when something cannot be loaded", async () => {
  const store = Object.assign(new MemoryStore(), { preload: () => Promise.reject(new Error("no SDK")) });
  await expect(consume(contract, handlers, offline({ store })).preload()).rejects.toThrow("no SDK");
});

test.each([
  ["answers", () => Promise.resolve({})],
  ["is not there", () => Promise.reject(new Error("no table"))],
])("the store in DynamoDB reads a key that no event has, and goes on when the table %s", async (_, answer) => {
  const client = new DynamoDBClient({ region: "eu-central-1" });
  const send = vi.spyOn(client, "send").mockImplementation(answer);
  await dynamoDbStore({ table: "events", client }).preload?.();
  expect(send.mock.calls.map(([command]) => command.input)).toEqual([
    { RequestItems: { events: { ConsistentRead: true, Keys: [{ id: { S: "preload" } }] } } },
  ]);
  client.destroy();
});

test("the store in S3 calls nobody", async () => {
  const client = new S3Client({ region: "eu-central-1" });
  const send = vi.spyOn(client, "send");
  await s3PayloadStore({ client }).preload?.();
  expect(send).not.toHaveBeenCalled();
  client.destroy();
});
