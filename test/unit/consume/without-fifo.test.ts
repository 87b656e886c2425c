import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { circuitBreaker, consume, consumeBatch } from "../../../lib/index.ts";
import { MemoryCircuitStore } from "../circuit/support.ts";
import { context, contract, envelope, FIFO_ARN, MemoryStore, offline, record } from "./support.ts";

beforeEach(() => {
  vi.stubEnv("FANFARE_WITHOUT_FIFO", "1");
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** What the invocation fails with: all of its messages come again, after their visibility timeout, in their order. */
const REFUSED = {
  code: "ConfigurationInvalid",
  field: "eventSourceARN",
  message: `eventSourceARN names the FIFO queue ${FIFO_ARN}, but the bundle was made without fifo (set bundling: { keep: ["fifo"] } of the handler in the stack)`,
};

describe("a bundle without FIFO groups", () => {
  const handled: number[] = [];
  const handlers = { Placed: ({ n }: { n: number }) => void handled.push(n) };
  const fifo = (n: number) => record(envelope(`f-${n}`, { n }), { group: "g" });
  beforeEach(() => {
    handled.length = 0;
  });

  test("fails invocations with messages of a FIFO queue, and has neither claimed nor handled any", async () => {
    const store = new MemoryStore();
    const invoke = consume(contract, handlers, offline({ store }));
    await expect(invoke({ Records: [fifo(1), fifo(2)] }, context())).rejects.toMatchObject(REFUSED);
    expect(store.calls).toEqual([]);
    expect(handled).toEqual([]);
  });

  test("starts nothing beside them either", async () => {
    const invoke = consume(contract, handlers, offline());
    const standard = record(envelope("s-1", { n: 1 }));
    await expect(invoke({ Records: [standard, fifo(2)] }, context())).rejects.toMatchObject(REFUSED);
    expect(handled).toEqual([]);
  });

  test("fails them behind a circuit breaker too, which does not count it", async () => {
    const store = new MemoryCircuitStore();
    const breaker = circuitBreaker({ store, failureThreshold: 1 });
    const invoke = consume(contract, handlers, offline({ circuitBreaker: breaker }));
    await expect(invoke({ Records: [fifo(1)] }, context())).rejects.toMatchObject(REFUSED);
    expect(store.record).toBeUndefined();
  });

  test("handles those of standard queues, fair queues with their tenants among them", async () => {
    const invoke = consume(contract, handlers, offline());
    const tenant = record(envelope("s-2", { n: 2 }), {
      attributes: { ApproximateReceiveCount: "1", MessageGroupId: "tenant" },
    });
    expect(await invoke({ Records: [record(envelope("s-1", { n: 1 })), tenant] }, context())).toEqual({
      batchItemFailures: [],
    });
    expect(handled).toEqual([1, 2]);
  });

  test("is no matter for batch handlers, which keep the order by themselves", async () => {
    const taken: string[] = [];
    const handler = (items: readonly { event: { id: string } }[]) =>
      void taken.push(...items.map(({ event }) => event.id));
    const invoke = consumeBatch(contract, handler, offline());
    await invoke({ Records: [fifo(1), fifo(2)] }, context());
    expect(taken).toEqual(["f-1", "f-2"]);
  });
});
