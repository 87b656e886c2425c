import { gzipSync } from "node:zlib";
import type { SqsRecord } from "../../lib/index.ts";

export type Random = () => number;

/** Numbers in [0, 1) from a seed (mulberry32). */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function pick<Item>(random: Random, items: readonly [Item, ...Item[]]): Item {
  return items[Math.floor(random() * items.length)] ?? items[0];
}

const WORDS = [
  "__proto__",
  "constructor",
  "toString",
  "\ud800",
  "\u0000",
  "\uffff",
  "",
  " ",
  "1e400",
  "{",
  "\uFEFF",
  "é".repeat(600),
] as const;

/** A value that JSON can hold, or nothing. */
function anything(random: Random, depth = 0): unknown {
  const kind = Math.floor(random() * (depth > 3 ? 6 : 8));
  switch (kind) {
    case 0:
      return null;
    case 1:
      return random() < 0.5;
    case 2:
      return pick(random, [0, -0, 1e308, Number.MAX_SAFE_INTEGER + 2, 1e-320, random() * 1e6]);
    case 3:
    case 4:
      return pick(random, WORDS);
    case 5:
      return undefined;
    case 6:
      return Array.from({ length: Math.floor(random() * 4) }, () => anything(random, depth + 1));
    default:
      return Object.fromEntries(
        Array.from({ length: Math.floor(random() * 4) }, () => [pick(random, WORDS), anything(random, depth + 1)]),
      );
  }
}

const envelope = (id: string) => ({ specversion: "1.0", id, source: "/shop", type: "orders.Placed", data: { n: 1 } });

/** The fields of an envelope, some of them replaced or gone. */
function brokenEnvelope(random: Random, id: string): string {
  const fields = Object.entries({ ...envelope(id), time: "2026-01-01T00:00:00Z", expirytime: "x", dataschema: "y" });
  const kept = fields.map(([name, value]) => [name, random() < 0.35 ? anything(random) : value]);
  return JSON.stringify(Object.fromEntries(kept));
}

/** Text with some of its characters changed, gone or doubled. */
function mutilated(random: Random, text: string): string {
  const at = Math.floor(random() * text.length);
  const until = at + Math.floor(random() * 12);
  return text.slice(0, at) + pick(random, ["", "\\", "\u0000", '"', "}", text.slice(at, until)]) + text.slice(until);
}

function hostileBody(random: Random, id: string): string {
  const broken = brokenEnvelope(random, id);
  switch (Math.floor(random() * 8)) {
    case 0:
      return JSON.stringify(anything(random)) ?? "";
    case 1:
      return mutilated(random, broken);
    case 2:
      return gzipSync(broken).toString("base64");
    case 3:
      return mutilated(random, gzipSync(broken).toString("base64"));
    case 4:
      return JSON.stringify(["software.amazon.payloadoffloading.PayloadS3Pointer", anything(random)]);
    case 5:
      return JSON.stringify({ Type: "Notification", Message: broken, MessageAttributes: anything(random) });
    case 6:
      return "[".repeat(Math.floor(random() * 20_000));
    default:
      return broken;
  }
}

const QUEUE = "arn:aws:sqs:eu-central-1:123456789012:orders";

function recordOf(messageId: string, body: unknown, more: object = {}): SqsRecord {
  const attributes = { ApproximateReceiveCount: "1" };
  const record = {
    messageId,
    receiptHandle: messageId,
    body,
    attributes,
    messageAttributes: {},
    eventSourceARN: QUEUE,
  };
  // A record as it arrives: its type is what it should be.
  return JSON.parse(JSON.stringify({ ...record, ...more }));
}

export function goodRecord(messageId: string): SqsRecord {
  return recordOf(messageId, JSON.stringify(envelope(messageId)));
}

/** A record that another program, or nobody, would send. Its id is as SQS gives it. */
export function hostileRecord(random: Random, messageId: string): SqsRecord {
  const body = random() < 0.03 ? anything(random) : hostileBody(random, messageId);
  const more = random() < 0.3 ? { messageAttributes: anything(random) } : {};
  const attributes = random() < 0.1 ? { attributes: anything(random) } : {};
  return recordOf(messageId, body, { ...more, ...attributes });
}
