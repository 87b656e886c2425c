import { describe, expect, test } from "vitest";
import { type Codec, consume, consumeBatch } from "../../../lib/index.ts";
import { context, contract, ids, MemoryStore, type Orders, offline, record } from "./support.ts";

const placed = (n: number, id?: string) => ({
  event: "Placed" as const,
  data: { n },
  ...(id === undefined ? {} : { id }),
});

const throwing = () => {
  throw new Error("s3cret");
};

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

/** What a codec must not return. */
const WRONG: readonly (readonly [name: string, make: () => unknown])[] = [
  ["a list with a hole", () => Object.assign(new Array(3), { 0: placed(1), 2: placed(2) })],
  ["a list in a list", () => [[placed(1)]]],
  ["a list of promises", () => [Promise.resolve(placed(1))]],
  ["a list with null", () => [placed(1), null]],
  ["a set", () => new Set([placed(1)])],
  ["false", () => false],
  ["a string", () => "Placed"],
  ["zero", () => 0],
  ["a function", () => () => placed(1)],
  ["a revoked proxy", revoked],
  ["an event whose name throws", () => Object.defineProperty({}, "event", { get: throwing })],
  ["a list that throws", () => new Proxy([placed(1)], { get: throwing })],
  ["an event of no contract", () => ({ event: "Lost", data: {} })],
  ["an event called __proto__", () => ({ event: "__proto__", data: {} })],
  ["an empty id", () => placed(1, "")],
  ["a number as id", () => ({ ...placed(1), id: 5 })],
  ["a version that is text", () => ({ ...placed(1), version: "1" })],
  ["a version that is a symbol", () => ({ ...placed(1), version: Symbol("1") })],
  ["a version that is none", () => ({ ...placed(1), version: Number.NaN })],
  ["data that throws", () => ({ event: "Placed", data: new Proxy({}, { get: throwing, ownKeys: throwing }) })],
];

describe.each(["sync", "async"])("what an %s codec returns wrongly", (when) => {
  test.each(WRONG)("%s fails its own message, for good", async (_, make) => {
    for (const entry of ["consume", "consumeBatch"]) {
      const read = (text: string) => (text === "bad" ? make() : placed(7, text));
      const codec = ((_body, { text }) =>
        when === "sync" ? read(text) : Promise.resolve(read(text))) as Codec<Orders>;
      const handled: number[] = [];
      const outcomes: unknown[] = [];
      const note = (_message: string, fields: Readonly<Record<string, unknown>>) => void outcomes.push(fields.error);
      const logger = { debug: () => {}, info: () => {}, warn: note, error: note };
      const options = { ...offline(), codec, store: new MemoryStore(), logger };
      const handler =
        entry === "consume"
          ? consume(contract, { Placed: ({ n }) => void handled.push(n) }, options)
          : consumeBatch(
              contract,
              (items) => void handled.push(...items.map(({ data }) => ("n" in data ? data.n : 0))),
              options,
            );
      const records = ["a", "bad", "b"].map((text) => record(text, { messageId: text }));
      expect(ids(await handler({ Records: records }, context()))).toEqual(["bad"]);
      expect(handled).toEqual([7, 7]);
      expect(outcomes.at(-1)).toMatchObject({
        name: expect.stringMatching(/^(CallbackFailed|UnknownEvent|UnknownVersion|SchemaMismatch)$/),
      });
    }
  });
});

test("events with one id in one message are one event", async () => {
  const handled: number[] = [];
  const codec: Codec<Orders> = () => [placed(1, "same"), placed(1, "same"), placed(2, "other")];
  const options = { ...offline(), codec, store: new MemoryStore() };
  const handler = consume(contract, { Placed: ({ n }) => void handled.push(n) }, options);
  expect(ids(await handler({ Records: [record("text")] }, context()))).toEqual([]);
  expect(handled).toEqual([1, 2]);
});
