import { describe, expect, it } from "vitest";
import { createPublisher } from "../../../lib/publish/index.ts";
import { messageBytes } from "../../../lib/wire/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { bench, deferred, orders, QUEUE_URL, scriptedSqs, takeAll } from "./support.ts";

const range = (count: number) => Array.from({ length: count }, (_, at) => `o${at}`);

describe("batches", () => {
  it("sends a lone event at once, without a timer", async () => {
    const { clock, publish, ids } = bench();
    const published = publish("Placed", { id: "o1" });
    await clock.settle();
    expect(ids()).toEqual([["o1"]]);
    expect(clock.pendingTimers).toBe(0);
    expect(await published).toMatchObject({ id: expect.stringMatching(/^[0-9a-f-]{36}$/), messageId: "m-0" });
  });

  it("sends calls made together together, 10 a call", async () => {
    const { clock, publish, ids } = bench();
    const published = range(25).map((id) => publish("Placed", { id }));
    await clock.settle();
    expect(ids()).toEqual([range(25).slice(0, 10), range(25).slice(10, 20), range(25).slice(20)]);
    await Promise.all(published);
  });

  it("gives each caller the answer of its own entry, whatever their order", async () => {
    const { clock, publish } = bench((entries) => ({ Successful: [...(takeAll(entries).Successful ?? [])].reverse() }));
    const published = range(10).map((id) => publish("Placed", { id }, { id: `event-${id}` }));
    await clock.settle();
    expect((await Promise.all(published)).map(({ id, messageId }) => [id, messageId])).toEqual(
      range(10).map((id, at) => [`event-${id}`, `m-${at}`]),
    );
  });

  it("keeps a call within 262,144 bytes, attributes included, and fills it to that byte", async () => {
    const { clock, publish, calls } = bench();
    const overhead = await (async () => {
      const probe = bench();
      const sent = probe.publish("Plain", { id: "o", text: "" }, { id: "e" });
      await probe.clock.settle();
      await sent;
      const entry = probe.calls[0]?.[0];
      return messageBytes(entry?.Message ?? "", { type: { DataType: "String", StringValue: "orders.Plain" } });
    })();
    const sized = (bytes: number) => publish("Plain", { id: "o", text: "x".repeat(bytes - overhead) }, { id: "e" });
    const published = [sized(131_072), sized(131_072), sized(131_072), sized(131_073), sized(262_144), sized(1_000)];
    await clock.settle();
    expect(calls.map((entries) => entries.length)).toEqual([2, 1, 1, 1, 1]);
    await Promise.all(published);
  });

  it("lingers for others only while calls are under way", async () => {
    const first = deferred();
    const { clock, publish, ids } = bench(async (entries, call) => {
      if (call === 0) {
        await first.promise;
      }
      return takeAll(entries);
    });
    const published = [publish("Placed", { id: "o1" })];
    await clock.settle();
    published.push(publish("Placed", { id: "o2" }));
    await clock.advance(4);
    published.push(publish("Placed", { id: "o3" }));
    await clock.settle();
    expect(ids()).toEqual([["o1"]]);
    await clock.advance(1);
    expect(ids()).toEqual([["o1"], ["o2", "o3"]]);
    first.resolve();
    await Promise.all(published);
  });

  it("has no more calls under way than allowed", async () => {
    const answers = range(5).map(() => deferred());
    const { clock, publish, calls } = bench(
      async (entries, call) => {
        await answers[call]?.promise;
        return takeAll(entries);
      },
      { concurrency: 2 },
    );
    const published = range(50).map((id) => publish("Placed", { id }));
    await clock.settle();
    expect(calls).toHaveLength(2);
    answers[1]?.resolve();
    await clock.settle();
    expect(calls).toHaveLength(3);
    for (const answer of answers) {
      answer.resolve();
    }
    await Promise.all(published);
    expect(calls).toHaveLength(5);
  });
});

describe("what SNS and SQS are told", () => {
  it("is type and routing attributes, and no group or deduplication on a standard topic", async () => {
    const { clock, publish, calls } = bench();
    const published = publish("Placed", { id: "o1", text: "note" });
    await clock.settle();
    await published;
    const [entry] = calls[0] ?? [];
    expect(entry?.MessageAttributes).toEqual({
      type: { DataType: "String", StringValue: "orders.Placed" },
      note: { DataType: "String", StringValue: "note" },
    });
    expect(entry).not.toHaveProperty("MessageGroupId");
    expect(entry).not.toHaveProperty("MessageDeduplicationId");
  });

  it("is the group on a standard topic, for fair queues", async () => {
    const { clock, publish, calls } = bench();
    const published = publish("Grouped", { id: "o1", group: "tenant" });
    await clock.settle();
    await published;
    expect(calls[0]?.[0]).toMatchObject({ MessageGroupId: "tenant" });
    expect(calls[0]?.[0]).not.toHaveProperty("MessageDeduplicationId");
  });

  it("sends the input, not the output: consumers apply defaults themselves", async () => {
    const { clock, publish, calls } = bench();
    const published = publish("Placed", { id: "o1" });
    await clock.settle();
    await published;
    expect(JSON.parse(calls[0]?.[0]?.Message ?? "").data).toEqual({ id: "o1" });
  });

  it("goes to a queue with its delay, of its own for each message", async () => {
    const clock = new FakeClock();
    const { client, calls } = scriptedSqs();
    const publish = createPublisher(orders, { target: QUEUE_URL, clock, clients: { sqs: client } });
    const published = [
      publish("Placed", { id: "o1" }, { delaySeconds: 900 }),
      publish("Placed", { id: "o2" }, { delaySeconds: 0 }),
      publish("Grouped", { id: "o3", group: "tenant" }),
    ];
    await clock.settle();
    await Promise.all(published);
    const [late, now, grouped] = calls[0] ?? [];
    expect(late).toMatchObject({ DelaySeconds: 900 });
    expect(now).toMatchObject({ DelaySeconds: 0 });
    expect(grouped).toMatchObject({ MessageGroupId: "tenant" });
    for (const name of ["DelaySeconds", "MessageDeduplicationId"]) {
      expect(grouped).not.toHaveProperty(name);
    }
  });

  it("goes to a FIFO queue with group and deduplication id", async () => {
    const clock = new FakeClock();
    const { client, calls } = scriptedSqs();
    const publish = createPublisher(orders, { target: `${QUEUE_URL}.fifo`, clock, clients: { sqs: client } });
    const published = publish("Grouped", { id: "o1", group: "g" }, { id: "event-1" });
    await clock.settle();
    expect(await published).toMatchObject({ id: "event-1", sequenceNumber: "s-0" });
    expect(calls[0]?.[0]).toMatchObject({ MessageGroupId: "g", MessageDeduplicationId: "orders.Grouped:event-1" });
  });
});
