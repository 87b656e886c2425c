import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { digestOf } from "../../../../lib/consume/decode/digest.ts";
import {
  type Codec,
  type ConsumeOptions,
  consume,
  consumeBatch,
  dynamoDbStore,
  type HandlerContext,
  type IdempotencyStore,
  isFanfareError,
  type Logger,
  type Observer,
  type PayloadStore,
  poll,
  type SqsRecord,
} from "../../../../lib/index.ts";
import { ENCODING_ATTRIBUTE } from "../../../../lib/names/index.ts";
import { clientsOf, memoryAws } from "../../../../lib/testing/clients/index.ts";
import { recording } from "../recording-sqs.ts";
import {
  context,
  contract,
  DEAD_LETTER_QUEUES,
  envelope,
  ids,
  MemoryStore,
  type Orders,
  offline,
  record,
} from "../support.ts";

interface Line {
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** One table, one dead-letter queue, and consumers that come and go. */
function world({ idConflict, ...more }: ConsumeOptions<Orders> = {}) {
  const aws = memoryAws();
  aws.dynamodb.createTable("tab");
  aws.dynamodb.createTable("effects");
  const lines: Line[] = [];
  const note = (message: string, fields: Readonly<Record<string, unknown>> = {}) =>
    void lines.push({ message, fields });
  const logger: Logger = { debug: () => {}, info: () => {}, warn: note, error: note };
  const { client: sqs, entries } = recording();
  const handled: number[] = [];
  const options: ConsumeOptions<Orders> = offline({
    store: dynamoDbStore({ table: "tab", client: aws.clients.dynamodb }),
    deadLetterQueues: DEAD_LETTER_QUEUES,
    clients: { sqs },
    logger,
    ...(idConflict === undefined ? {} : { idConflict }),
    ...more,
  });
  const handle = ({ n }: { n: number }, _ctx: HandlerContext): unknown => handled.push(n);
  return {
    aws,
    handled,
    options,
    conflicts: () => lines.filter(({ fields }) => "handled" in fields).map(({ fields }) => fields),
    letters: () => entries().map((entry) => JSON.parse(entry.MessageAttributes.fanfareFailure?.StringValue ?? "{}")),
    items: () => [...aws.dynamodb.items("tab").values()],
    deliver: async (
      records: readonly SqsRecord[],
      given: ConsumeOptions<Orders> = {},
      handler: (data: { n: number }, ctx: HandlerContext) => unknown = handle,
    ) =>
      ids(
        await consume(
          contract,
          { Placed: handler as never },
          { ...options, ...given },
        )({ Records: records }, context()),
      ),
    deliverBatch: async (records: readonly SqsRecord[]) =>
      ids(
        await consumeBatch(
          contract,
          (items) => void handled.push(...items.map(({ data }) => (data as { n: number }).n)),
          options,
        )({ Records: records }, context()),
      ),
  };
}

const of = (n: number, more: Partial<SqsRecord> & { group?: string } = {}, fields: object = {}) =>
  record(envelope("a", { n }, fields), more);

const DIGESTS = { handled: digestOf({ n: 1 }), received: digestOf({ n: 2 }) };

describe("an event with the id of a handled one, and other data", () => {
  test("is acknowledged with a warning that has both digests and no data, and is not handled", async () => {
    const { conflicts, deliver, handled } = world();
    expect(await deliver([of(1)])).toEqual([]);
    expect(await deliver([of(2, { messageId: "second" })])).toEqual([]);
    expect(handled).toEqual([1]);
    expect(conflicts()).toEqual([expect.objectContaining({ ...DIGESTS, messageId: "second", eventId: "a" })]);
    expect(DIGESTS.handled).toMatch(/^[\w-]{16}$/);
    expect(DIGESTS.handled).not.toBe(DIGESTS.received);
  });

  test("is dead-lettered by name, where that is chosen", async () => {
    const { conflicts, deliver, handled, letters } = world({ idConflict: "dead-letter" });
    await deliver([of(1)]);
    expect(await deliver([of(2)])).toEqual([]);
    expect(handled).toEqual([1]);
    expect(letters()).toEqual([expect.objectContaining({ error: "IdConflict" })]);
    expect(letters()[0].message).toContain(DIGESTS.handled);
    expect(letters()[0].message).toContain(DIGESTS.received);
    expect(conflicts()).toEqual([]);
  });

  test("is not acknowledged, where no dead-letter queue is known", async () => {
    const { deliver } = world({ idConflict: "dead-letter", deadLetterQueues: {} });
    await deliver([of(1)]);
    expect(await deliver([of(2, { messageId: "second" })])).toEqual(["second"]);
  });

  test.each([
    ["side by side", undefined],
    ["in a FIFO group", "g"],
  ])("is found within one invocation, %s", async (_, group) => {
    const more = group === undefined ? {} : { group };
    const { conflicts, deliver, handled } = world();
    expect(await deliver([of(1, more), of(2, more), of(1, more)])).toEqual([]);
    expect(handled).toEqual([1]);
    expect(conflicts()).toEqual([expect.objectContaining(DIGESTS)]);
  });

  test("is compared with what was handled, also behind another conflict of the same invocation", async () => {
    const { conflicts, deliver } = world();
    await deliver([of(1)]);
    await deliver([of(2), of(1), of(3)]);
    expect(conflicts()).toHaveLength(2);
    expect(conflicts().map(({ handled }) => handled)).toEqual([DIGESTS.handled, DIGESTS.handled]);
    expect(conflicts().map(({ received }) => received)).toEqual([digestOf({ n: 2 }), digestOf({ n: 3 })]);
  });

  test("is found in batches", async () => {
    const { conflicts, deliverBatch, handled } = world();
    await deliverBatch([of(1)]);
    expect(await deliverBatch([of(2), of(1)])).toEqual([]);
    expect(handled).toEqual([1]);
    expect(conflicts()).toEqual([expect.objectContaining(DIGESTS)]);
  });

  test("is found by pollers", async () => {
    const { aws, conflicts, handled, options } = world();
    const { QueueUrl } = aws.perform({
      service: "sqs",
      operation: "CreateQueue",
      input: { QueueName: "orders" },
    }) as { QueueUrl: string };
    const send = (n: number) =>
      aws.perform({
        service: "sqs",
        operation: "SendMessage",
        input: { QueueUrl, MessageBody: JSON.stringify(envelope("a", { n })) },
      });
    const told = Promise.withResolvers<unknown>();
    const observer: Observer = {
      name: "duplicates",
      onStep: (step) =>
        void (step.type === "settled" && step.outcome.kind === "duplicate" && told.resolve(step.outcome.conflict)),
    };
    // A receive in memory responds at once: between two of them, the event loop has its turn.
    const slow = clientsOf(async (call) => {
      await new Promise((resolve) => setImmediate(resolve));
      call.signal?.throwIfAborted();
      return aws.perform(call);
    });
    const poller = poll(
      contract,
      {
        Placed: ({ n }) => {
          handled.push(n);
          send(2);
        },
      },
      {
        ...options,
        queueUrl: QueueUrl,
        clients: slow,
        handleSignals: false,
        observers: [observer],
        waitTimeSeconds: 0,
      },
    );
    send(1);
    expect(await told.promise).toEqual(DIGESTS);
    await poller.stop();
    expect(handled).toEqual([1]);
    expect(conflicts()).toEqual([expect.objectContaining(DIGESTS)]);
  });

  test("is found by the transaction, where that claims", async () => {
    const { conflicts, deliver } = world({ claim: "with-commit" });
    const effect = (id: string) => ({ Put: { TableName: "effects", Item: { id: { S: id } } } });
    const commit = ({ n }: { n: number }, ctx: HandlerContext) => ctx.commit([effect(`n${n}`)]).catch(() => undefined);
    expect(await deliver([of(1)], {}, commit)).toEqual([]);
    expect(await deliver([of(1)], {}, commit)).toEqual([]);
    expect(conflicts()).toEqual([]);
    expect(await deliver([of(2)], {}, commit)).toEqual([]);
    expect(conflicts()).toEqual([expect.objectContaining(DIGESTS)]);
  });

  test("is found after a commit, and where handlers may be started once only", async () => {
    for (const guarantee of ["exactly-once", "at-most-once"] as const) {
      const { conflicts, deliver } = world({ guarantee });
      const handler = (_data: unknown, ctx: HandlerContext) =>
        guarantee === "exactly-once"
          ? ctx.commit([{ Put: { TableName: "effects", Item: { id: { S: "1" } } } }])
          : undefined;
      await deliver([of(1)], {}, handler);
      await deliver([of(2)], {}, handler);
      expect(conflicts()).toEqual([expect.objectContaining(DIGESTS)]);
    }
  });

  test("of several events of a message, fails its message alone", async () => {
    const codec: Codec<Orders> = (_body, { text }) =>
      text.split("\n").map((line) => {
        const [id = "", n] = line.split("=");
        return { event: "Placed" as const, id, source: "/csv", data: { n: Number(n) } };
      });
    const { deliver, handled, letters } = world({ codec, idConflict: "dead-letter" });
    await deliver([record("x=1\ny=1")]);
    expect(await deliver([record("z=3\nx=2"), record("x=1")])).toEqual([]);
    expect(handled).toEqual([1, 1, 3]);
    expect(letters()).toEqual([expect.objectContaining({ error: "IdConflict" })]);
  });

  test("may be handled while the first was released, and then the first is the one that is told", async () => {
    const { conflicts, deliver, handled } = world();
    const failing = () => {
      throw new Error("down");
    };
    expect(await deliver([of(1, { messageId: "first" })], {}, failing)).toEqual(["first"]);
    await deliver([of(2)]);
    await deliver([of(1)]);
    expect(handled).toEqual([2]);
    expect(conflicts()).toEqual([expect.objectContaining({ handled: DIGESTS.received, received: DIGESTS.handled })]);
  });
});

describe("the same data", () => {
  const body = JSON.stringify(envelope("a", { n: 1, more: { x: 1, y: [1, { b: 2, a: 1 }] } }));
  const pointer = JSON.stringify([
    "software.amazon.payloadoffloading.PayloadS3Pointer",
    { s3BucketName: "bucket", s3Key: "payloads/1" },
  ]);
  const payloads: PayloadStore = {
    put: () => Promise.reject(new Error("not used")),
    get: async () => new TextEncoder().encode(body),
  };
  const text = (stringValue: string) => ({ dataType: "String", stringValue });
  const ways: [string, () => SqsRecord][] = [
    ["as it was", () => record(body)],
    ["with its names in another order", () => record(envelope("a", { more: { y: [1, { a: 1, b: 2 }], x: 1 }, n: 1 }))],
    ["with white space", () => record(JSON.stringify(JSON.parse(body), undefined, 2))],
    [
      "at another time, in another trace",
      () => record(JSON.stringify({ ...JSON.parse(body), time: "2026-01-01T00:00:00Z", traceparent: "x" })),
    ],
    [
      "compressed",
      () => record(gzipSync(body).toString("base64"), { messageAttributes: { [ENCODING_ATTRIBUTE]: text("gzip") } }),
    ],
    ["offloaded", () => record(pointer)],
    [
      "wrapped by SNS",
      () =>
        record({
          Type: "Notification",
          MessageId: "x",
          TopicArn: "arn:aws:sns:eu-central-1:123456789012:t",
          Message: body,
        }),
    ],
    [
      "in base64",
      () =>
        record({
          ...JSON.parse(body),
          data: undefined,
          data_base64: Buffer.from(JSON.stringify(JSON.parse(body).data)).toString("base64"),
        }),
    ],
    ["redriven", () => record(body, { messageAttributes: { fanfareFailure: text('{"redrives":1}') } })],
  ];

  test.each(ways)("%s is a duplicate without a word", async (_, make) => {
    const { conflicts, deliver, handled, letters } = world({ payloads, payloadSources: "bucket/payloads/" });
    await deliver([record(body)]);
    expect(await deliver([make()])).toEqual([]);
    expect(await deliver([make(), make()])).toEqual([]);
    expect(handled).toEqual([1]);
    expect([conflicts(), letters()]).toEqual([[], []]);
  });

  test("is compared as it was published, not as an upcast or a handler leaves it", async () => {
    const { conflicts, options } = world();
    const paid = (total: number) => record(envelope("p", { total }, { type: "orders.Paid" }));
    const consumer = consume(contract, { Paid: (data) => void Object.assign(data, { amount: 0 }) }, options);
    for (const total of [5, 5, 6]) {
      await consumer({ Records: [paid(total)] }, context());
    }
    expect(conflicts()).toHaveLength(1);
  });
});

describe("nothing is compared", () => {
  test("with a record of a version that wrote no digest", async () => {
    const { aws, conflicts, deliver } = world();
    await deliver([of(1)], { idConflict: "ignore" });
    expect(aws.dynamodb.items("tab").values().next().value).not.toHaveProperty("digest");
    expect(await deliver([of(2)])).toEqual([]);
    expect(conflicts()).toEqual([]);
  });

  test("by a store of one's own that keeps no digest, nor handed to it where events are not compared", async () => {
    const store = new MemoryStore();
    const seen: unknown[] = [];
    const asked: IdempotencyStore = {
      claim: (requests) => {
        seen.push(...requests.map(({ digest }) => digest));
        return store.claim(requests);
      },
      complete: (claims) => store.complete(claims),
      release: (claims) => store.release(claims),
    };
    const { conflicts, deliver } = world();
    await deliver([of(1)], { store: asked });
    await deliver([of(2)], { store: asked });
    await deliver([of(2)], { store: asked, idConflict: "ignore" });
    expect(conflicts()).toEqual([]);
    expect(seen).toEqual([DIGESTS.handled, DIGESTS.received, undefined]);
  });

  test("where the user says what is the same event, unless that is asked for", async () => {
    const idempotencyKey = () => "order 1";
    const { conflicts, deliver } = world({ idempotencyKey });
    await deliver([of(1)]);
    await deliver([of(2)]);
    expect(conflicts()).toEqual([]);
    const asked = world({ idempotencyKey, idConflict: "warn" });
    await asked.deliver([of(1)]);
    await asked.deliver([of(2)]);
    expect(asked.conflicts()).toHaveLength(1);
  });

  test.each([
    ["a bigint", 1n],
    ["a circle", Object.assign([], { 0: null })],
  ])("of a codec's data that JSON cannot hold: %s", async (_, odd) => {
    const circle: unknown[] = [];
    circle.push(circle);
    const data = { n: 1, odd: typeof odd === "bigint" ? odd : circle };
    const codec: Codec<Orders> = () => ({ event: "Placed", id: "x", data });
    const { conflicts, deliver, handled } = world({ codec });
    expect(await deliver([record("one")])).toEqual([]);
    expect(await deliver([record("two")])).toEqual([]);
    expect(handled).toEqual([1]);
    expect(conflicts()).toEqual([]);
  });
});

test("a wrong idConflict is refused at start-up", () => {
  const make = () => consume(contract, {}, { ...world().options, idConflict: "deadLetter" as never });
  expect(make).toThrow(
    expect.toSatisfy((error) => isFanfareError(error, "ConfigurationInvalid") && error.field === "idConflict"),
  );
});

describe("a digest", () => {
  test("is the same for equal JSON, and differs for other JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 4 }), (one, other) => {
        const [first, second] = [JSON.stringify(one), JSON.stringify(other)];
        fc.pre(first.length <= 4_096);
        expect(digestOf(JSON.parse(reversed(one)))).toBe(digestOf(JSON.parse(first)));
        if (canonical(JSON.parse(first)) !== canonical(JSON.parse(second))) {
          expect(digestOf(JSON.parse(first))).not.toBe(digestOf(JSON.parse(second)));
        }
      }),
    );
  });

  test("ignores the order of names up to 4,096 characters, and above them only white space", () => {
    const of = (length: number) => ({ a: "x".repeat(length - '{"a":"","b":1}'.length), b: 1 });
    expect(JSON.stringify(of(4_096))).toHaveLength(4_096);
    expect(digestOf(JSON.parse(reversed(of(4_096))))).toBe(digestOf(of(4_096)));
    expect(digestOf(JSON.parse(reversed(of(4_097))))).not.toBe(digestOf(of(4_097)));
    expect(digestOf(JSON.parse(JSON.stringify(of(4_097), undefined, 2)))).toBe(digestOf(of(4_097)));
  });

  test("knows the name __proto__ like any other", () => {
    expect(digestOf(JSON.parse('{"__proto__":1}'))).not.toBe(digestOf(JSON.parse('{"__proto__":2}')));
  });

  test("is none for JSON that is too deep to be written", () => {
    const deep = JSON.parse(`${"[".repeat(200_000)}${"]".repeat(200_000)}`);
    expect(() => digestOf(deep)).not.toThrow();
  });

  test("takes 22 bytes in the table", async () => {
    const { items, deliver } = world();
    await deliver([of(1)]);
    const [item] = items();
    expect("digest".length + (item?.digest?.S ?? "").length).toBe(22);
  });
});

/** JSON with the names of every object the other way round. */
function reversed(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).reverse())
      : each,
  );
}

/** Written differently from the code under test: one line per leaf, sorted. */
function canonical(value: unknown, path = "$"): string {
  if (typeof value !== "object" || value === null) {
    return `${path}=${JSON.stringify(value)}`;
  }
  const entries = Object.entries(value).map(([name, each]) => canonical(each, `${path}.${JSON.stringify(name)}`));
  return [`${path}${Array.isArray(value) ? "[]" : "{}"}`, ...entries.sort()].join("\n");
}
