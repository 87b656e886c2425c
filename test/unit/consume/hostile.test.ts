import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { consume, defineContract, event, plainJson, type SqsEvent, type SqsRecord } from "../../../lib/index.ts";
import { context, contract, envelope, ids, MemoryStore, offline, record, run, silent } from "./support.ts";

/** Good neighbours around something hostile: they must be handled, and only the hostile one may come again. */
async function among(hostile: readonly SqsRecord[], options = {}): Promise<{ handled: string[]; failed: string[] }> {
  const handled: string[] = [];
  const first = record(envelope("first"));
  const last = record(envelope("last"));
  const failed = await run(
    { Placed: (_data, ctx) => void handled.push(ctx.event.id) },
    [first, ...hostile, last],
    options,
  );
  expect(handled).toContain("first");
  expect(handled).toContain("last");
  expect(failed).not.toContain(first.messageId);
  expect(failed).not.toContain(last.messageId);
  return { handled: handled.filter((id) => id !== "first" && id !== "last"), failed };
}

const text = fc.string({ unit: "binary", maxLength: 40 });
const nasty = fc.oneof(
  fc.constantFrom(
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "hasOwnProperty",
    "\ud800",
    "\udfff",
    "\u0000",
    "\uffff",
    "",
  ),
  text,
);
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    nasty,
    fc.double({ noNaN: true }),
    fc.constantFrom(1e308, -0, Number.MAX_SAFE_INTEGER + 2, 1e-320),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.array(fc.tuple(nasty, tie("value")), { maxLength: 5 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

const field = (name: string) => fc.oneof(fc.constant(name), json, fc.constant(undefined));

const hostileEnvelope = fc.record({
  specversion: fc.oneof(fc.constant("1.0"), json),
  id: field("event"),
  source: field("/shop"),
  type: fc.oneof(fc.constantFrom("orders.Placed", "orders.Paid", "orders.Else", "__proto__"), json),
  dataversion: fc.oneof(fc.constantFrom(1, 2, 3, -1, 1.5, "2", "NaN", 1e300), json),
  expirytime: fc.oneof(fc.constant(undefined), fc.constantFrom("2000-01-01T00:00:00Z", "never", 5), json),
  data_base64: fc.oneof(fc.constant(undefined), fc.constantFrom("////", "e30=", "not base64"), json),
  data: json,
});

const hostilePointer = fc
  .tuple(
    fc.constantFrom(
      "software.amazon.payloadoffloading.PayloadS3Pointer",
      "com.amazon.sqs.javamessaging.MessageS3Pointer",
    ),
    fc.oneof(json, fc.record({ s3BucketName: nasty, s3Key: fc.oneof(nasty, fc.constant("../../secret")) })),
    json,
  )
  .map((parts) => [...parts]);

const wrapped = (message: fc.Arbitrary<unknown>) =>
  fc.record({
    Type: fc.constant("Notification"),
    TopicArn: fc.constant("arn:aws:sns:eu-central-1:123456789012:orders"),
    Message: message.map((value) => JSON.stringify(value) ?? ""),
    MessageAttributes: json,
  });

const body = fc.oneof(
  text,
  json.map((value) => JSON.stringify(value)),
  hostileEnvelope.map((value) => JSON.stringify(value)),
  hostilePointer.map((value) => JSON.stringify(value)),
  wrapped(fc.oneof(hostileEnvelope, hostilePointer, json)).map((value) => JSON.stringify(value)),
);

const attribute = fc.oneof(
  fc.record({
    dataType: fc.constantFrom("String", "Number", "Binary", "String.Array", "nonsense"),
    stringValue: fc.option(text),
    binaryValue: fc.option(text),
  }),
  json,
);

const attributes = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom("type", "contentEncoding", "ExtendedPayloadSize", "SQSLargePayloadSize", "fanfareFailure"),
        nasty,
      ),
      attribute,
    ),
    { maxLength: 12 },
  )
  .map((entries) => Object.fromEntries(entries));

afterEach(() => {
  expect(Object.keys(Object.prototype)).toEqual([]);
});

describe("hostile input", () => {
  test("any body and attributes: no throw, no neighbour affected", async () => {
    await fc.assert(
      fc.asyncProperty(body, attributes, async (text, messageAttributes) => {
        // The fields that hostile senders control; the types are what a hostile sender does not keep to.
        const hostile = { ...record(text), messageAttributes } as unknown as SqsRecord;
        const { handled, failed } = await among([hostile], { store: new MemoryStore() });
        expect(handled.length + failed.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 600 },
    );
  });

  test("any body on a FIFO queue blocks its own group only", async () => {
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const handled: string[] = [];
        const failed = await run({ Placed: (_data, ctx) => void handled.push(ctx.event.id) }, [
          record(envelope("a"), { group: "a" }),
          record(text, { group: "hostile" }),
          record(envelope("b"), { group: "b" }),
        ]);
        expect(handled).toEqual(expect.arrayContaining(["a", "b"]));
        expect(failed.length).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });

  test("any body with a codec that reads plain JSON", async () => {
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const handled: unknown[] = [];
        const good = record({ n: 7 });
        const failed = await run({ Placed: (data) => void handled.push(data.n) }, [good, record(text)], {
          codec: plainJson(contract, "Placed"),
        });
        expect(handled).toContain(7);
        expect(failed).not.toContain(good.messageId);
      }),
      { numRuns: 200 },
    );
  });

  test("records with fields of any type: no throw", async () => {
    const anything = fc.oneof(json, fc.constant(undefined));
    const arbitrary = fc.oneof(
      fc.record({
        messageId: anything,
        receiptHandle: anything,
        body: fc.oneof(body, anything),
        attributes: anything,
        messageAttributes: anything,
        eventSourceARN: anything,
      }),
      anything,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(arbitrary, { maxLength: 4 }), async (records) => {
        const handled: string[] = [];
        const good = record(envelope("good"));
        const handler = consume(contract, { Placed: (_data, ctx) => void handled.push(ctx.event.id) }, offline());
        const event = { Records: [good, ...records] } as unknown as SqsEvent;
        const failed = ids(await handler(event, context()));
        expect(handled).toContain("good");
        expect(failed).not.toContain(good.messageId);
      }),
      { numRuns: 300 },
    );
  });

  test("prototype keys of a payload reach nobody's prototype", async () => {
    const seen: unknown[] = [];
    const text =
      '{"specversion":"1.0","id":"p","source":"/s","type":"orders.Placed","__proto__":{"polluted":1},"data":{"n":1,"__proto__":{"polluted":1}}}';
    await run({ Placed: (data, ctx) => void seen.push(data, ctx.event) }, [record(text)]);
    expect(seen).toHaveLength(2);
    for (const value of seen) {
      expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    }
    expect({}).not.toHaveProperty("polluted");
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "orders.__proto__"])(
    "the type %s is no event",
    async (type) => {
      const hostile = record(envelope("x", { n: 1 }, { type }));
      expect((await among([hostile])).failed).toEqual([hostile.messageId]);
    },
  );

  test("a codec that names an inherited property names no event", async () => {
    const hostile = record({});
    const codec = () => ({ event: "constructor" as "Placed", data: {} });
    expect(await run({ Placed: () => {} }, [hostile], { codec })).toEqual([hostile.messageId]);
  });

  test("JSON that is 200,000 levels deep", async () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    const inData = JSON.stringify(envelope("deep", "@")).replace('"@"', deep);
    const { failed } = await among([record(deep), record(inData)]);
    expect(failed).toHaveLength(2);
  });

  test("lone surrogates in id and source make distinct keys", async () => {
    const store = new MemoryStore();
    const handled: string[] = [];
    const records = ["\ud800", "\ud801", "\udc00", "a"].map((id) => record(envelope(id)));
    expect(await run({ Placed: (_d, ctx) => void handled.push(ctx.event.id) }, records, { store })).toEqual([]);
    expect(handled).toHaveLength(4);
    expect(store.items.size).toBe(4);
  });

  describe("compressed bodies", () => {
    const compressed = (bytes: Uint8Array, encoding: string) =>
      record(Buffer.from(bytes).toString("base64"), {
        messageAttributes: { contentEncoding: { dataType: "String", stringValue: encoding } },
      });

    test.each([
      ["gzip", gzipSync],
      ["zstd", zstdCompressSync],
    ] as const)("a %s bomb stops at the limit", async (encoding, compress) => {
      const bomb = compressed(compress(Buffer.alloc(300_000_000, 0x20)), encoding);
      const before = process.memoryUsage();
      const { failed } = await among([bomb], { maxPayloadBytes: 1_000_000 });
      const after = process.memoryUsage();
      expect(failed).toEqual([bomb.messageId]);
      expect(after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(60_000_000);
    });

    test("random bytes marked as compressed", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 200 }),
          fc.constantFrom("gzip", "zstd"),
          async (bytes, encoding) => {
            const hostile = compressed(bytes, encoding);
            expect((await among([hostile])).failed).toEqual([hostile.messageId]);
          },
        ),
        { numRuns: 100 },
      );
    });

    test.each([undefined, new MemoryStore()])(
      "no more bodies are inflated ahead than handlers run: many of them may be just below the limit",
      async (store) => {
        let decoded = 0;
        let handled = 0;
        let most = 0;
        const counted = defineContract("counted", {
          Placed: event({
            schema: z.object({ n: z.number() }).transform((data) => {
              decoded += 1;
              most = Math.max(most, decoded - handled);
              return data;
            }),
          }),
        });
        const handler = consume(
          counted,
          {
            Placed: async () => {
              await new Promise((resolve) => setImmediate(resolve));
              handled += 1;
            },
          },
          {
            consumer: "c",
            logger: silent,
            deadLetterQueues: {},
            concurrency: 2,
            ...(store === undefined ? {} : { store }),
          },
        );
        const records = Array.from({ length: 60 }, (_, n) =>
          compressed(gzipSync(JSON.stringify(envelope(`e-${n}`, { n }, { type: "counted.Placed" }))), "gzip"),
        );
        expect(ids(await handler({ Records: records }, context()))).toEqual([]);
        expect(handled).toBe(60);
        expect(most).toBeLessThanOrEqual(2);
      },
    );
  });

  test("handlers that throw what cannot even be looked at", async () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const thrown: unknown[] = [
      revoked.proxy,
      {
        get message(): string {
          throw new Error("no");
        },
      },
      Object.assign(new Error("x"), { message: { not: "text" } }),
      Object.defineProperty(new Error("x"), "name", {
        get() {
          throw new Error("no");
        },
      }),
    ];
    const records = [...thrown.map((_, n) => record(envelope(`t-${n}`, { n }))), record(envelope("good", { n: 99 }))];
    const failed = await run(
      {
        Placed: ({ n }) => {
          if (n < thrown.length) {
            throw thrown[n];
          }
        },
      },
      records,
      { store: new MemoryStore() },
    );
    expect(failed).toEqual(records.slice(0, thrown.length).map(({ messageId }) => messageId));
  });
});
