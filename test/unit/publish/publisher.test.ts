import { gunzipSync, zstdDecompressSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { defineContract, event } from "../../../lib/contract/index.ts";
import { createPublisher } from "../../../lib/publish/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import {
  bench,
  deferred,
  memoryStore,
  orders,
  QUEUE_URL,
  rejection,
  scriptedSns,
  scriptedSqs,
  TOPIC,
  takeAll,
} from "./support.ts";

const FIFO = { target: `${TOPIC}.fifo` };

describe("what is refused before it is sent", () => {
  it("an event that the contract does not have", async () => {
    const { publish, calls } = bench();
    for (const name of ["Nothing", "constructor", "__proto__", "toString"]) {
      // @ts-expect-error wrong on purpose
      expect(await rejection(publish(name, {}))).toMatchObject({
        code: "UnknownEvent",
        message: expect.stringContaining(name),
        remedy: expect.stringContaining("Placed, Grouped, Plain"),
      });
    }
    expect(calls).toEqual([]);
  });

  it("an event without a group on a FIFO target", async () => {
    const { clock, publish } = bench(undefined, FIFO);
    expect(await rejection(publish("Placed", { id: "o1" }))).toMatchObject({
      code: "MessageInvalid",
      field: "Placed.group",
      remedy: expect.stringContaining("group"),
      entry: { data: { id: "o1" } },
    });
    const published = publish("Placed", { id: "o1" }, { group: "given" });
    await clock.settle();
    await published;
  });

  it("a message that is too long where nothing is offloaded, with what to do", async () => {
    const { publish, calls } = bench();
    expect(await rejection(publish("Plain", { id: "o1", text: "x".repeat(262_144) }, { id: "e1" }))).toMatchObject({
      code: "MessageTooLong",
      limit: "262144 bytes",
      remedy: expect.stringContaining("largePayloads"),
      entry: { event: "Plain", id: "e1" },
    });
    expect(calls).toEqual([]);
  });

  it("a payload over the limit of payloads", async () => {
    const payloads = memoryStore();
    const { publish } = bench(undefined, { payloads, maxPayloadBytes: 300_000 });
    expect(await rejection(publish("Plain", { id: "o1", text: "x".repeat(300_001) }))).toMatchObject({
      code: "MessageTooLong",
      limit: "300000 bytes",
      remedy: expect.stringContaining("maxPayloadBytes"),
    });
    expect(payloads.bodies).toEqual([]);
  });

  it("attributes that are too long even when the body is offloaded: they would fail their whole call", async () => {
    const { clock, publish, calls } = bench(undefined, { payloads: memoryStore() });
    const fine = publish("Placed", { id: "o1" });
    const rejected = rejection(publish("Placed", { id: "o2", text: "x".repeat(300_000) }));
    await clock.settle();
    await fine;
    expect(await rejected).toMatchObject({
      code: "MessageTooLong",
      limit: "262144 bytes",
      remedy: expect.stringContaining("attributes"),
    });
    expect(calls.flat()).toHaveLength(1);
  });

  it.each([
    [TOPIC, 5, "only standard queues"],
    [`${QUEUE_URL}.fifo`, 0, "only standard queues"],
    [QUEUE_URL, 901, "is 901"],
    [QUEUE_URL, -1, "is -1"],
    [QUEUE_URL, 1.5, "is 1.5"],
  ])("a delay, to %s, of %d seconds", async (target, delaySeconds, message) => {
    const publish = createPublisher(orders, { target });
    const options = { delaySeconds };
    expect(await rejection(publish("Grouped", { id: "o1", group: "g" }, options))).toMatchObject({
      code: "MessageInvalid",
      field: "Grouped.delaySeconds",
      message: expect.stringContaining(message),
      remedy: expect.any(String),
    });
  });

  it("an attribute that SQS refuses", async () => {
    const { publish } = bench();
    expect(await rejection(publish("Placed", { id: "o1", text: "\u0000" }))).toMatchObject({
      code: "AttributeInvalid",
      field: "Placed.attributes.note",
    });
  });
});

describe("deduplication on FIFO", () => {
  it("uses the event's type and id, unless another is given", async () => {
    const { clock, publish, calls } = bench(undefined, FIFO);
    const published = [
      publish("Grouped", { id: "o1", group: "a" }, { id: "event-1" }),
      publish("Grouped", { id: "o2", group: "b" }, { id: "event-2", deduplicationId: "other" }),
      publish("Plain", { id: "o3", text: "" }, { id: "event-1", group: "c" }),
      publish("Grouped", { id: "o4", group: "d" }, { id: "x".repeat(128) }),
    ];
    await clock.settle();
    await Promise.all(published);
    expect(calls.flat().map((entry) => entry.MessageDeduplicationId)).toEqual([
      "orders.Grouped:event-1",
      "other",
      "orders.Plain:event-1",
      expect.stringMatching(/^[0-9a-f]{64}$/),
    ]);
  });

  it("uses a random id as it is", async () => {
    const { clock, publish, calls } = bench(undefined, FIFO);
    const published = publish("Grouped", { id: "o1", group: "a" });
    await clock.settle();
    expect(calls[0]?.[0]?.MessageDeduplicationId).toBe((await published).id);
  });
});

describe("ids and groups that only FIFO refuses", () => {
  const odd = ["an order", "größe", "x".repeat(129), "\u{1F600}"];

  it.each(odd)("a standard queue takes %s: as a group SQS gets its hash, and consumers the text", async (text) => {
    const { clock, publish, calls } = bench();
    const published = publish("Grouped", { id: "o1", group: text }, { id: text });
    await clock.settle();
    await published;
    const [entry] = calls.flat();
    expect(entry?.MessageGroupId).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.parse(entry?.Message ?? "")).toMatchObject({ id: text, partitionkey: text });
  });

  it.each(odd)("FIFO refuses %s, and sends nothing", async (text) => {
    const { publish, calls } = bench(undefined, FIFO);
    for (const published of [
      publish("Grouped", { id: "o1", group: "g" }, { id: text }),
      publish("Grouped", { id: "o1", group: text }),
    ]) {
      expect(await rejection(published)).toMatchObject({ code: "MessageInvalid", entry: { event: "Grouped" } });
    }
    expect(calls).toEqual([]);
  });
});

describe("offload", () => {
  it("puts the whole body into the store, and a pointer with its size into the message", async () => {
    const payloads = memoryStore();
    const { clock, publish, calls } = bench(undefined, { payloads });
    const published = publish("Plain", { id: "o1", text: "é".repeat(140_000) });
    await clock.settle();
    const { id } = await published;
    const [entry] = calls[0] ?? [];
    const [body] = payloads.bodies;
    expect(JSON.parse(Buffer.from(body ?? []).toString())).toMatchObject({ id, data: { text: "é".repeat(140_000) } });
    expect(entry?.Message).toBe(
      '["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"payloads","s3Key":"orders/1"}]',
    );
    expect(entry?.MessageAttributes).toEqual({
      type: { DataType: "String", StringValue: "orders.Plain" },
      ExtendedPayloadSize: { DataType: "Number", StringValue: String(body?.byteLength) },
    });
  });

  it("writes a payload once although the message is sent twice", async () => {
    const payloads = memoryStore();
    const { clock, publish, calls } = bench((entries, call) => (call === 0 ? {} : takeAll(entries)), { payloads });
    const published = publish("Plain", { id: "o1", text: "x".repeat(300_000) });
    await clock.runUntil("the second try", () => calls.length === 2);
    await published;
    expect(payloads.bodies).toHaveLength(1);
    expect(calls[1]).toEqual(calls[0]);
  });

  it("fails only the event whose payload could not be written", async () => {
    const payloads = { ...memoryStore(), put: () => Promise.reject(new Error("no bucket")) };
    const { clock, publish } = bench(undefined, { payloads });
    const fine = publish("Plain", { id: "o1", text: "" });
    await expect(publish("Plain", { id: "o2", text: "x".repeat(300_000) })).rejects.toThrow("no bucket");
    await clock.settle();
    await fine;
  });
});

describe("compress", () => {
  it.each([
    ["gzip", gunzipSync],
    ["zstd", zstdDecompressSync],
  ] as const)("sends %s in base64, marked so", async (compress, inflate) => {
    const { clock, publish, calls } = bench(undefined, { compress });
    const text = "x".repeat(400_000);
    const published = publish("Plain", { id: "o1", text });
    // Compressing takes real time on other threads.
    await vi.waitFor(async () => {
      await clock.settle();
      expect(calls).toHaveLength(1);
    });
    await published;
    const [entry] = calls[0] ?? [];
    expect(entry?.MessageAttributes?.contentEncoding).toEqual({ DataType: "String", StringValue: compress });
    expect(entry?.Message).toMatch(/^[A-Za-z0-9+/]+=*$/);
    const body = inflate(Buffer.from(entry?.Message ?? "", "base64")).toString();
    expect(JSON.parse(body)).toMatchObject({ data: { id: "o1", text } });
  });
});

describe("abort", () => {
  const reason = new Error("changed my mind");

  it("before the call rejects with the reason and sends nothing", async () => {
    const { clock, publish, calls } = bench();
    await expect(publish("Placed", { id: "o1" }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await clock.advance(100);
    expect(calls).toEqual([]);
  });

  it("while it waits for its call takes it out, and no other", async () => {
    const { clock, publish, ids } = bench();
    const abort = new AbortController();
    const aborted = rejection(publish("Placed", { id: "o1" }, { signal: abort.signal }));
    const other = publish("Placed", { id: "o2" });
    abort.abort(reason);
    await clock.settle();
    await other;
    expect(await aborted).toBe(reason);
    expect(ids()).toEqual([["o2"]]);
  });

  it("between tries gives it up", async () => {
    const { clock, publish, calls } = bench(() => ({}));
    const abort = new AbortController();
    const aborted = rejection(publish("Placed", { id: "o1" }, { signal: abort.signal }));
    await clock.settle();
    expect(calls).toHaveLength(1);
    abort.abort(reason);
    await clock.advance(10_000);
    expect(await aborted).toBe(reason);
    expect(calls).toHaveLength(1);
  });

  it("lets what is under way settle as AWS answers", async () => {
    const answer = deferred();
    const { clock, publish } = bench(async (entries) => {
      await answer.promise;
      return takeAll(entries);
    });
    const abort = new AbortController();
    const published = publish("Placed", { id: "o1" }, { signal: abort.signal });
    await clock.settle();
    abort.abort(reason);
    answer.resolve();
    expect(await published).toMatchObject({ messageId: "m-0" });
  });

  it("during the offload rejects with the reason, whatever the store makes of it", async () => {
    const abort = new AbortController();
    const payloads = {
      ...memoryStore(),
      put: async (): Promise<never> => {
        abort.abort(reason);
        throw new Error("request was aborted");
      },
    };
    const { clock, publish, calls } = bench(undefined, { payloads });
    const aborted = rejection(publish("Plain", { id: "o1", text: "x".repeat(300_000) }, { signal: abort.signal }));
    await clock.advance(100);
    expect(await aborted).toBe(reason);
    expect(calls).toEqual([]);
  });

  it("lets the next of the group go", async () => {
    const { clock, publish, ids } = bench(undefined, FIFO);
    const abort = new AbortController();
    const aborted = rejection(publish("Grouped", { id: "a1", group: "a" }, { signal: abort.signal }));
    const next = publish("Grouped", { id: "a2", group: "a" });
    abort.abort(reason);
    await clock.advance(100);
    await next;
    expect(await aborted).toBe(reason);
    expect(ids()).toEqual([["a2"]]);
  });
});

describe("flush and close", () => {
  it("flush sends without lingering, and waits for retries", async () => {
    const { clock, publish, calls } = bench((entries, call) => (call === 0 ? {} : takeAll(entries)));
    let done = 0;
    const published = publish("Placed", { id: "o1" }).then(() => {
      done += 1;
    });
    let flushed = false;
    const flushing = publish.flush().then(() => {
      flushed = true;
    });
    await clock.settle();
    expect(calls).toHaveLength(1);
    expect(flushed).toBe(false);
    await clock.runUntil("the flush", () => flushed);
    expect(done).toBe(1);
    await Promise.all([published, flushing]);
  });

  it("flush waits for events that are still being validated", async () => {
    const valid = deferred();
    const schema = z.object({ id: z.string() }).refine(async () => {
      await valid.promise;
      return true;
    });
    const contract = defineContract("slow", { Event: event({ schema }) });
    const clock = new FakeClock();
    const { client, calls } = scriptedSns();
    const publish = createPublisher(contract, { target: TOPIC, clock, clients: { sns: client } });
    const published = publish("Event", { id: "o1" });
    let flushed = false;
    const flushing = publish.flush().then(() => {
      flushed = true;
    });
    await clock.settle();
    expect(flushed).toBe(false);
    valid.resolve();
    await clock.settle();
    await flushing;
    expect(calls).toHaveLength(1);
    await published;
  });

  it("flush resolves at once when nothing is there, and although events failed", async () => {
    const { clock, publish } = bench(() => {
      throw Object.assign(new Error("no"), { name: "NotFoundException", $fault: "client" });
    });
    await publish.flush();
    const rejected = rejection(publish("Placed", { id: "o1" }));
    const flushing = publish.flush();
    await clock.settle();
    await flushing;
    expect(await rejected).toMatchObject({ code: "PublishFailed" });
  });

  it("close sends what was there, and refuses what comes after", async () => {
    const { clock, publish, ids } = bench();
    const published = publish("Placed", { id: "o1" });
    const closing = publish.close();
    const refused = await rejection(publish("Placed", { id: "o2" }));
    await clock.settle();
    await closing;
    await published;
    expect(refused).toMatchObject({
      code: "PublisherClosed",
      remedy: expect.any(String),
      entry: { data: { id: "o2" } },
    });
    expect(ids()).toEqual([["o1"]]);
  });
});

describe("what waits", () => {
  it("is bounded: above, publish rejects and names the limit, and later takes events again", async () => {
    const answer = deferred();
    const { clock, publish } = bench(
      async (entries) => {
        await answer.promise;
        return takeAll(entries);
      },
      { maxBufferedBytes: 2_000 },
    );
    const first = publish("Plain", { id: "o1", text: "x".repeat(1_500) });
    await clock.settle();
    expect(await rejection(publish("Plain", { id: "o2", text: "x".repeat(1_500) }))).toMatchObject({
      code: "PublisherOverloaded",
      limit: "2000 bytes",
      remedy: expect.stringContaining("flush()"),
      entry: { data: { id: "o2" } },
    });
    answer.resolve();
    await first;
    const third = publish("Plain", { id: "o3", text: "x".repeat(1_500) });
    await clock.settle();
    await third;
  });

  it("takes a lone event that is over the limit: it could never be sent otherwise", async () => {
    const { clock, publish } = bench(undefined, { maxBufferedBytes: 100 });
    const published = publish("Plain", { id: "o1", text: "x".repeat(1_000) });
    await clock.settle();
    await published;
  });
});

describe("a queue as target", () => {
  it("takes messages of up to 1 MiB, and calls of 1 MiB", async () => {
    const clock = new FakeClock();
    const { client, calls } = scriptedSqs();
    const publish = createPublisher(orders, { target: QUEUE_URL, clock, clients: { sqs: client } });
    const published = [600_000, 400_000, 500_000].map((bytes) =>
      publish("Plain", { id: "o", text: "x".repeat(bytes) }),
    );
    await clock.settle();
    await Promise.all(published);
    expect(calls.map((entries) => entries.length)).toEqual([2, 1]);
  });
});
