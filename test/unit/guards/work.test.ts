import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { type ConsumeOptions, consume, defineContract, event, type PayloadStore } from "../../../lib/index.ts";
import { writePointer } from "../../../lib/wire/index.ts";
import { context, contract, records, silent } from "./support.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const OPTIONS = { consumer: "billing", backoff: false, logger: silent } as const;

/** Counts how many are at work at once. */
function gauge() {
  let now = 0;
  const seen = { most: 0, total: 0 };
  const during = async () => {
    now += 1;
    seen.total += 1;
    seen.most = Math.max(seen.most, now);
    await nextTurn();
    now -= 1;
  };
  return { seen, during };
}

describe("handlers at once", () => {
  test.each([
    ["by default", {}, 10],
    ["as configured", { concurrency: 3 }, 3],
  ] as const)("%s", async (_name, more: ConsumeOptions<typeof contract>, limit) => {
    const { seen, during } = gauge();
    const handler = consume(contract, { Placed: during }, { ...OPTIONS, ...more });
    await handler({ Records: records(200) }, context());
    expect(seen).toEqual({ most: limit, total: 200 });
  });

  test("on FIFO: one a group, and groups up to the limit", async () => {
    const { seen, during } = gauge();
    const handler = consume(contract, { Placed: during }, { ...OPTIONS, concurrency: 4 });
    await handler({ Records: records(60, 20) }, context());
    expect(seen).toEqual({ most: 4, total: 60 });
    const few = gauge();
    await consume(contract, { Placed: few.during }, OPTIONS)({ Records: records(60, 2) }, context());
    expect(few.seen).toEqual({ most: 2, total: 60 });
  });
});

test("without a store no more than 25 records are read ahead of their handlers", async () => {
  let read = 0;
  const counting = z.object({ n: z.number() }).refine(() => {
    read += 1;
    return true;
  });
  const counted = defineContract("orders", { Placed: event({ schema: counting }) });
  const held = Promise.withResolvers<void>();
  const handler = consume(counted, { Placed: () => held.promise }, OPTIONS);
  const answer = handler({ Records: records(100) }, context());
  await nextTurn();
  expect(read).toBe(25);
  held.resolve();
  await answer;
  expect(read).toBe(100);
});

test("payloads are fetched once each, and no more at once than handlers run", async () => {
  const { seen, during } = gauge();
  const bodies = records(50).map(({ body }) => body);
  const payloads: PayloadStore = {
    put: () => Promise.reject(new Error("consumers write nothing")),
    get: async ({ key }) => {
      await during();
      return Buffer.from(bodies[Number(key)] ?? "");
    },
  };
  const handled: number[] = [];
  const handler = consume(
    contract,
    {
      Placed: async ({ n }) => {
        handled.push(n);
      },
    },
    { ...OPTIONS, concurrency: 5, payloads, payloadSources: "bucket" },
  );
  const offloaded = records(50).map((record, n) => ({
    ...record,
    body: writePointer({ bucket: "bucket", key: `${n}` }),
  }));
  expect(await handler({ Records: offloaded }, context())).toEqual({ batchItemFailures: [] });
  expect(handled).toHaveLength(50);
  expect(seen.total).toBe(50);
  expect(seen.most).toBeLessThanOrEqual(5);
});

test("no body is parsed twice", async () => {
  const handler = consume(contract, { Placed: async () => {} }, OPTIONS);
  const event = { Records: records(100) };
  const parse = vi.spyOn(JSON, "parse");
  await handler(event, context());
  expect(parse).toHaveBeenCalledTimes(100);
});
