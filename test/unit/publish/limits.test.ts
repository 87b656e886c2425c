import { describe, expect, it } from "vitest";
import { createPublisher } from "../../../lib/publish/index.ts";
import { Lanes } from "../../../lib/publish/lanes.ts";
import { messageBytes } from "../../../lib/wire/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { bench, memoryStore, orders, QUEUE_URL, rejection, scriptedSqs, TOPIC } from "./support.ts";

/** The size of the message of a `Plain` event, attributes included, and of its body alone. */
async function sizesOf(text: string): Promise<{ readonly message: number; readonly body: number }> {
  const { clock, publish, calls } = bench();
  const published = publish("Plain", { id: "o1", text }, { id: "event-1" });
  await clock.settle();
  await published;
  const { Message = "", MessageAttributes = {} } = calls[0]?.[0] ?? {};
  const attributes = Object.entries(MessageAttributes).map(([name, { DataType = "", StringValue = "" }]) => [
    name,
    { DataType, StringValue },
  ]);
  return { message: messageBytes(Message, Object.fromEntries(attributes)), body: Buffer.byteLength(Message) };
}

describe("a limit admits exactly its own size", () => {
  const text = "x".repeat(1_500);

  it("maxMessageBytes", async () => {
    const { message } = await sizesOf(text);
    const exact = bench(undefined, { maxMessageBytes: message });
    const published = exact.publish("Plain", { id: "o1", text }, { id: "event-1" });
    await exact.clock.settle();
    await published;
    const short = bench(undefined, { maxMessageBytes: message - 1 });
    expect(await rejection(short.publish("Plain", { id: "o1", text }, { id: "event-1" }))).toMatchObject({
      code: "MessageTooLong",
      field: "body",
      message: expect.stringContaining(`event event-1 has ${message} bytes`),
      limit: `${message - 1} bytes`,
    });
  });

  it("maxPayloadBytes", async () => {
    const { body } = await sizesOf(text);
    const options = { maxMessageBytes: 1_024, payloads: memoryStore() };
    const exact = bench(undefined, { ...options, maxPayloadBytes: body });
    const published = exact.publish("Plain", { id: "o1", text }, { id: "event-1" });
    await exact.clock.settle();
    await published;
    expect(options.payloads.bodies.map(({ byteLength }) => byteLength)).toEqual([body]);
    const short = bench(undefined, { ...options, maxPayloadBytes: body - 1 });
    expect(await rejection(short.publish("Plain", { id: "o1", text }, { id: "event-1" }))).toMatchObject({
      code: "MessageTooLong",
      limit: `${body - 1} bytes`,
    });
  });

  it("maxBufferedBytes", async () => {
    const { message } = await sizesOf(text);
    const exact = bench(undefined, { maxBufferedBytes: 2 * message });
    const both = ["event-1", "event-2"].map((id) => exact.publish("Plain", { id: "o1", text }, { id }));
    await exact.clock.settle();
    await Promise.all(both);
    const short = bench(undefined, { maxBufferedBytes: 2 * message - 1 });
    const first = short.publish("Plain", { id: "o1", text }, { id: "event-1" });
    expect(await rejection(short.publish("Plain", { id: "o1", text }, { id: "event-2" }))).toMatchObject({
      code: "PublisherOverloaded",
      message: expect.stringContaining(`${message} bytes are waiting`),
    });
    await short.clock.settle();
    await first;
  });
});

describe("a message to a queue", () => {
  it("carries type and routing attributes, as one to a topic does", async () => {
    const clock = new FakeClock();
    const { client, calls } = scriptedSqs();
    const toQueue = createPublisher(orders, { target: QUEUE_URL, clock, clients: { sqs: client } });
    const toTopic = bench();
    const published = [toQueue, toTopic.publish].map((publish) => publish("Placed", { id: "o1", text: "note" }));
    await clock.settle();
    await toTopic.clock.settle();
    await Promise.all(published);
    const attributes = calls[0]?.[0]?.MessageAttributes;
    expect(attributes).toMatchObject({ note: { DataType: "String", StringValue: "note" } });
    expect(attributes).toEqual(toTopic.calls[0]?.[0]?.MessageAttributes);
  });
});

describe("an event", () => {
  it("has the time that is given, else the clock's", async () => {
    const { clock, publish, calls } = bench();
    const published = [
      publish("Plain", { id: "o1", text: "" }, { time: new Date("2020-02-02T02:02:02.000Z") }),
      publish("Plain", { id: "o2", text: "" }),
    ];
    const now = new Date(clock.now()).toISOString();
    await clock.settle();
    await Promise.all(published);
    const times = calls.flat().map(({ Message }) => JSON.parse(Message ?? "").time);
    expect(times).toEqual(["2020-02-02T02:02:02.000Z", now]);
  });
});

describe("flush", () => {
  it("leaves the publisher as it was: later calls linger again", async () => {
    const held = Promise.withResolvers<void>();
    const { clock, publish, calls } = bench(
      async (entries, call) => {
        if (call === 1) {
          await held.promise;
        }
        return { Successful: entries.map(({ Id }) => ({ Id, MessageId: "m", SequenceNumber: "" })), Failed: [] };
      },
      { lingerMs: 50, target: TOPIC },
    );
    const first = publish("Plain", { id: "o1", text: "" });
    const flushed = publish.flush();
    await clock.settle();
    await Promise.all([first, flushed]);
    // One call is in progress, so that what comes now lingers for others.
    const later = [publish("Plain", { id: "o2", text: "" })];
    await clock.settle();
    later.push(publish("Plain", { id: "o3", text: "" }));
    await clock.settle();
    expect(calls).toHaveLength(2);
    await clock.advance(50);
    expect(calls).toHaveLength(3);
    held.resolve();
    await Promise.all(later);
  });
});

describe("a lane", () => {
  it("is forgotten when its last task has ended, however that ended", async () => {
    const lanes = new Lanes();
    const order: string[] = [];
    const gate = Promise.withResolvers<void>();
    const first = lanes.run("a", async () => {
      await gate.promise;
      order.push("first");
      throw new Error("no");
    });
    const second = lanes.run("a", async () => {
      order.push("second");
    });
    gate.resolve();
    await expect(first).rejects.toThrow("no");
    await second;
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(["first", "second"]);
    expect(lanes.size).toBe(0);
  });

  it("is kept while a later task waits", async () => {
    const lanes = new Lanes();
    const gate = Promise.withResolvers<void>();
    await lanes.run("a", async () => {});
    const second = lanes.run("a", () => gate.promise);
    await new Promise((resolve) => setImmediate(resolve));
    expect(lanes.size).toBe(1);
    gate.resolve();
    await second;
  });
});
