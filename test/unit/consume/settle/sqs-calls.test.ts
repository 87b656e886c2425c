import { describe, expect, test } from "vitest";
import { Delivery, type Invocation, type Logger } from "../../../../lib/consume/record/index.ts";
import type { DeadLetterMessage } from "../../../../lib/consume/settle/dead-letter-message.ts";
import { DeadLetters } from "../../../../lib/consume/settle/dead-letters.ts";
import { LambdaMessages } from "../../../../lib/consume/settle/lambda-messages.ts";
import { PolledMessages } from "../../../../lib/consume/settle/polled-messages.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { QUEUE_ARN, record, silent } from "../support.ts";
import { type Answer, fakeSqs, type SqsCall } from "./fake-sqs.ts";

const DLQ = "https://sqs.eu-west-1.amazonaws.com/123456789012/dlq";
const QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders";

/** A logger that keeps its warnings. */
function keeping() {
  const warnings: Parameters<Logger["warn"]>[] = [];
  const logger: Logger = { ...silent, warn: (...line) => void warnings.push(line) };
  return { warnings, logger };
}

const delivered = (messageId: string, more: Parameters<typeof record>[1] = {}) =>
  new Delivery(record({}, { messageId, receiptHandle: `${messageId}-handle`, ...more }));

/** How a promise has ended so far. */
function followed(promise: Promise<unknown>) {
  const state = { ended: "no" };
  promise.then(
    () => {
      state.ended = "yes";
    },
    (error: unknown) => {
      state.ended = String(error);
    },
  );
  return state;
}

describe("a dead letter on its way", () => {
  const letter = (body: string, more: Partial<DeadLetterMessage> = {}): DeadLetterMessage => ({
    body,
    attributes: {},
    bytes: 100,
    hasReason: true,
    group: undefined,
    deduplicationId: `id of ${body}`,
    traceHeader: undefined,
    ...more,
  });

  function deadLetters(answer?: Answer, before?: (call: SqsCall) => Promise<void> | void) {
    const clock = new FakeClock();
    const { calls, load } = fakeSqs(answer, before);
    const letters = new DeadLetters(load, clock);
    const send = (message: DeadLetterMessage, ms = 60_000, url = DLQ) => letters.send(url, message, clock.now() + ms);
    const bodies = () => calls.map(({ entries }) => entries.map(({ MessageBody }) => MessageBody));
    return { clock, calls, bodies, send };
  }

  test("waits 5 ms for others, and goes with them to its queue's Region", async () => {
    const { clock, calls, bodies, send } = deadLetters();
    const sent = ["a", "b"].map((body) => send(letter(body)));
    await clock.advance(4);
    expect(calls).toEqual([]);
    await clock.advance(1);
    await Promise.all(sent);
    expect(bodies()).toEqual([["a", "b"]]);
    expect(calls[0]).toMatchObject({ operation: "send", region: "eu-west-1", queueUrl: DLQ, ms: 5_000 });
  });

  test("has group, deduplication id and trace header where they mean something", async () => {
    const { clock, calls, send } = deadLetters();
    const attributes = { note: { DataType: "String", StringValue: "x" } };
    const full = letter("full", { group: "g", traceHeader: "Root=1-2", attributes });
    const sent = [send(full), send(letter("bare")), send(full, 60_000, `${DLQ}.fifo`)];
    await clock.advance(5);
    await Promise.all(sent);
    const MessageSystemAttributes = { AWSTraceHeader: { DataType: "String", StringValue: "Root=1-2" } };
    const entry = {
      Id: "0",
      MessageBody: "full",
      MessageAttributes: attributes,
      MessageSystemAttributes,
      MessageGroupId: "g",
    };
    expect(calls.map(({ entries }) => entries)).toStrictEqual([
      [entry, { Id: "1", MessageBody: "bare", MessageAttributes: {} }],
      [{ ...entry, MessageDeduplicationId: "id of full" }],
    ]);
  });

  test("goes after those before it: ten per call, and one call at a time", async () => {
    const first = Promise.withResolvers<void>();
    const { clock, bodies, send } = deadLetters(undefined, ({ entries }) =>
      entries.some(({ MessageBody }) => MessageBody === "0") ? first.promise : undefined,
    );
    const names = Array.from({ length: 12 }, (_, n) => String(n));
    const sent = names.map((body) => send(letter(body)));
    await clock.advance(100);
    expect(bodies()).toEqual([names.slice(0, 10)]);
    first.resolve();
    await clock.advance(100);
    await Promise.all(sent);
    expect(bodies()).toEqual([names.slice(0, 10), names.slice(10)]);
  });

  test("is sent again after a pause, alone, three times in all", async () => {
    const { clock, calls, bodies, send } = deadLetters(({ MessageBody }) =>
      MessageBody === "bad" ? "InternalError" : undefined,
    );
    clock.chance = 1;
    const [good, bad] = [followed(send(letter("good"))), followed(send(letter("bad")))];
    await clock.advance(5);
    expect(bodies()).toEqual([["good", "bad"]]);
    await clock.advance(50);
    expect(bodies().slice(1)).toEqual([["bad"]]);
    await clock.advance(100);
    expect(calls).toHaveLength(3);
    expect([good.ended, bad.ended]).toEqual(["yes", expect.stringContaining("InternalError")]);
    await clock.advance(10_000);
    expect(calls).toHaveLength(3);
  });

  test("is not sent again when the pause would end after its deadline, nor for a fault of its own", async () => {
    const late = deadLetters(() => "InternalError");
    late.clock.chance = 1;
    const ended = [followed(late.send(letter("a"), 55)), followed(late.send(letter("b"), 10_000))];
    await late.clock.advance(5);
    expect(ended.map((each) => each.ended)).toEqual(Array(2).fill(expect.stringContaining("InternalError")));
    const refused = deadLetters(() => "InvalidMessageContents");
    const bad = followed(refused.send(letter("a")));
    await refused.clock.advance(1_000);
    expect([bad.ended, refused.calls.length]).toEqual([expect.stringContaining("InvalidMessageContents"), 1]);
  });

  test("has a call that ends by the earliest deadline of its letters", async () => {
    const { clock, calls, send } = deadLetters();
    const sent = [send(letter("a"), 60_000), send(letter("b"), 1_005)];
    await clock.advance(5);
    await Promise.all(sent);
    expect(calls.map(({ ms }) => ms)).toEqual([1_000]);
  });
});

describe("a redelivery from Lambda", () => {
  function messages(answer?: Answer, before?: (call: SqsCall) => void) {
    const clock = new FakeClock();
    const { calls, load } = fakeSqs(answer, before);
    const { warnings, logger } = keeping();
    const invocation: Invocation = {
      id: "i",
      functionName: "f",
      deadline: clock.now() + 900,
      endsAt: clock.now() + 1_000,
    };
    return { clock, calls, warnings, messages: new LambdaMessages({ load, clock, logger, invocation }) };
  }

  test("is set with those of other messages, in the Region of the queue, in time for the response", async () => {
    const { clock, calls, messages: made } = messages();
    const set = [made.redeliver(delivered("a"), 4), made.redeliver(delivered("b"), 0)];
    await clock.advance(19);
    expect(calls).toEqual([]);
    await clock.advance(1);
    await Promise.all(set);
    expect(calls).toMatchObject([
      {
        operation: "change",
        region: "eu-central-1",
        queueUrl: "https://sqs.eu-central-1/123456789012/orders",
        entries: [
          { Id: "0", ReceiptHandle: "a-handle", VisibilityTimeout: 4 },
          { Id: "1", ReceiptHandle: "b-handle", VisibilityTimeout: 0 },
        ],
        ms: (1_000 - 20) * 0.9,
      },
    ]);
  });

  test("is set at once when all handlers have ended", async () => {
    const { clock, calls, messages: made } = messages();
    const set = made.redeliver(delivered("a"), 4);
    made.hurry();
    await clock.settle();
    await set;
    expect(calls).toHaveLength(1);
  });

  test("after the queue's own time, or from a queue that has no ARN, takes no call; nor does an acknowledgement", async () => {
    const { clock, calls, messages: made } = messages();
    await made.redeliver(delivered("a"), undefined);
    await made.redeliver(delivered("b", { eventSourceARN: "orders" }), 4);
    expect(made.acknowledge()).toBeUndefined();
    await clock.advance(100);
    expect(calls).toEqual([]);
  });

  test("that fails is a warning, and no harm to others", async () => {
    const {
      clock,
      warnings,
      messages: made,
    } = messages(({ ReceiptHandle }) => (ReceiptHandle === "bad-handle" ? "MessageNotInflight" : undefined));
    const set = [made.redeliver(delivered("bad"), 4), made.redeliver(delivered("good"), 4)];
    await clock.advance(20);
    await Promise.all(set);
    expect(warnings).toEqual([
      [
        "backoff not set",
        {
          messageId: "bad",
          error: expect.objectContaining({ message: expect.stringContaining("MessageNotInflight") }),
        },
      ],
    ]);
  });
});

describe("a polled message", () => {
  function polled(answer?: Answer, before?: (call: SqsCall) => Promise<void> | void) {
    const clock = new FakeClock();
    const { calls, load } = fakeSqs(answer, before);
    const { warnings, logger } = keeping();
    const closing = new AbortController();
    let settled = 0;
    const messages = new PolledMessages({
      queueUrl: QUEUE,
      visibilityTimeoutSeconds: 30,
      load,
      clock,
      logger,
      closing: closing.signal,
      onSettled: () => {
        settled += 1;
      },
    });
    const take = (id: string) => {
      const delivery = delivered(id, { eventSourceARN: QUEUE_ARN });
      messages.held.take(delivery.record);
      return delivery;
    };
    return { clock, calls, warnings, closing, messages, take, settled: () => settled };
  }

  test("is deleted when it is acknowledged, with others, and is out of hand at once", async () => {
    const { clock, calls, messages, take, settled, closing } = polled();
    const acknowledged = ["a", "b"].map((id) => messages.acknowledge(take(id)));
    expect([messages.held.size, settled()]).toEqual([0, 2]);
    await clock.advance(19);
    expect(calls).toEqual([]);
    await clock.advance(1);
    await Promise.all(acknowledged);
    expect(calls).toMatchObject([
      {
        operation: "delete",
        region: "eu-west-1",
        queueUrl: QUEUE,
        entries: [
          { Id: "0", ReceiptHandle: "a-handle" },
          { Id: "1", ReceiptHandle: "b-handle" },
        ],
        ms: 5_000,
        signal: closing.signal,
      },
    ]);
  });

  test("is deleted in four attempts at most; then it is redelivered, which is a warning", async () => {
    const { clock, calls, warnings, messages, take } = polled(() => "InternalError");
    clock.chance = 1;
    const acknowledged = messages.acknowledge(take("a"));
    await clock.advance(20 + 100 + 200 + 400);
    await acknowledged;
    expect(calls).toHaveLength(4);
    expect(warnings).toEqual([
      ["message not deleted; it is redelivered", { messageId: "a", error: expect.objectContaining({}) }],
    ]);
  });

  test("is not tried again while the poller closes", async () => {
    const { clock, calls, warnings, closing, messages, take } = polled(() => "InternalError");
    const acknowledged = messages.acknowledge(take("a"));
    await clock.advance(20);
    closing.abort();
    await acknowledged;
    expect([calls.length, warnings.length]).toEqual([1, 1]);
  });

  test("is made visible after the time that is asked for, or left hidden", async () => {
    const { clock, calls, messages, take, settled } = polled();
    const asked = [messages.redeliver(take("a"), 4), messages.redeliver(take("b"), undefined)];
    messages.forget(take("c").record);
    expect([messages.held.size, settled()]).toEqual([0, 3]);
    await clock.advance(20);
    await Promise.all(asked);
    expect(calls).toMatchObject([
      { operation: "change", queueUrl: QUEUE, entries: [{ Id: "0", ReceiptHandle: "a-handle", VisibilityTimeout: 4 }] },
    ]);
  });

  test("is not made visible once it is so: another worker may have it by then", async () => {
    const { clock, calls, messages, take } = polled();
    const old = take("old");
    await clock.advance(29_990);
    const asked = [messages.redeliver(old, 4), messages.redeliver(take("young"), 4)];
    await clock.advance(20);
    await Promise.all(asked);
    expect(calls.map(({ entries }) => entries.map(({ ReceiptHandle }) => ReceiptHandle))).toEqual([["young-handle"]]);
  });

  test("may be given another time later, as long as the first has not ended", async () => {
    const { clock, calls, messages, take } = polled();
    const one = take("a");
    const first = messages.redeliver(one, 2);
    await clock.advance(20);
    await first;
    const second = messages.redeliver(one, 10);
    await clock.advance(20);
    await second;
    await clock.advance(2_000);
    const late = messages.redeliver(one, 10);
    await clock.advance(20);
    await late;
    expect(calls.map(({ entries }) => entries.map(({ VisibilityTimeout }) => VisibilityTimeout))).toEqual([[2], [10]]);
  });

  test("is made visible after the heartbeat under way, which would hide it again", async () => {
    const beat = Promise.withResolvers<void>();
    const { clock, calls, messages, take } = polled(undefined, ({ entries }) =>
      entries[0]?.VisibilityTimeout === 30 ? beat.promise : undefined,
    );
    const one = take("a");
    messages.held.startHeartbeat();
    await clock.advance(10_000);
    expect(calls).toMatchObject([{ ms: 5_000, entries: [{ ReceiptHandle: "a-handle", VisibilityTimeout: 30 }] }]);
    const asked = messages.redeliver(one, 4);
    await clock.advance(20);
    expect(calls).toHaveLength(1);
    beat.resolve();
    await clock.settle();
    await asked;
    expect(calls.slice(1)).toMatchObject([{ entries: [{ VisibilityTimeout: 4 }] }]);
    messages.held.stopHeartbeat();
  });

  test("whose change fails is a warning", async () => {
    const { clock, warnings, messages, take } = polled(() => "MessageNotInflight");
    const asked = messages.redeliver(take("a"), 4);
    await clock.advance(20);
    await asked;
    expect(warnings).toEqual([["backoff not set", { messageId: "a", error: expect.objectContaining({}) }]]);
  });

  test("is settled when a flush has ended, without waiting for others", async () => {
    const { clock, calls, messages, take } = polled();
    const asked = [messages.acknowledge(take("a")), messages.redeliver(take("b"), 4)];
    messages.hurry();
    await clock.settle();
    expect(calls).toEqual([]);
    const flushed = messages.flush();
    await clock.settle();
    await Promise.all([...asked, flushed]);
    expect(calls.map(({ operation }) => operation).sort()).toEqual(["change", "delete"]);
  });
});
