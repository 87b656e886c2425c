import { createHash } from "node:crypto";
import type { Message } from "@aws-sdk/client-sqs";
import { FAILURE_ATTRIBUTE } from "../../names/index.ts";
import { objectOf } from "../../std/index.ts";
import { unwrapBody } from "../../wire/index.ts";
import type { DeadLetterTarget } from "../fleet/index.ts";
import { readReason, redrivesIn } from "./reason.ts";
import type { Letter, LetterAttribute, LetterFilter } from "./types.ts";

/** Fingerprints of letters without a reason. */
export const MOVED_BY_SQS = "moved-by-sqs";
export const UNDELIVERED = "undelivered";

/** A letter as an operator sees it. */
export function letterOf(message: Message, kind: DeadLetterTarget["kind"]): Letter {
  const attributes: Record<string, LetterAttribute> = {};
  for (const [name, { DataType = "String", StringValue, BinaryValue }] of Object.entries(
    message.MessageAttributes ?? {},
  )) {
    attributes[name] = {
      DataType,
      ...(StringValue === undefined ? {} : { StringValue }),
      ...(BinaryValue === undefined ? {} : { BinaryValue }),
    };
  }
  const { MessageGroupId, SentTimestamp, ApproximateReceiveCount } = message.Attributes ?? {};
  const raw = {
    messageId: message.MessageId ?? "",
    receiptHandle: message.ReceiptHandle ?? "",
    body: message.Body ?? "",
    attributes,
    group: MessageGroupId,
    sentAt: Number(SentTimestamp ?? 0),
    receiveCount: Number(ApproximateReceiveCount ?? 1),
  };
  return interpreted(raw, kind);
}

/** What a letter is without anything being read from its body and attributes. */
export type RawLetter = Pick<
  Letter,
  "messageId" | "receiptHandle" | "body" | "attributes" | "group" | "sentAt" | "receiveCount"
>;

/** A letter with what its attributes and its body say. */
export function interpreted(raw: RawLetter, kind: DeadLetterTarget["kind"]): Letter {
  const reason = raw.attributes[FAILURE_ATTRIBUTE]?.StringValue;
  const failure = readReason(reason);
  return {
    ...raw,
    failure,
    fingerprint: failure?.fingerprint ?? (kind === "delivery" ? UNDELIVERED : MOVED_BY_SQS),
    event: eventIn(raw.body),
    redrives: redrivesIn(reason),
  };
}

function eventIn(body: string): Letter["event"] {
  const { id, source, type, time } = objectOf(unwrapBody(body).json);
  return typeof id === "string" && typeof source === "string" && typeof type === "string"
    ? { id, source, type, ...(typeof time === "string" ? { time } : {}) }
    : undefined;
}

/** What stays the same when a letter is redriven and fails again: its event, else its body. Message ids do not. */
export function identityOf({ event, body }: Pick<Letter, "event" | "body">): string {
  return event === undefined
    ? createHash("sha256").update(body).digest("hex")
    : JSON.stringify([event.source, event.type, event.id]);
}

/** The id under which logs know a letter: its event's, else that of the message which the consumer received. */
export function tracedIdOf({ event, messageId, failure }: Letter): string {
  return event?.id ?? failure?.messageId ?? messageId;
}

/** When a letter failed, in milliseconds since the Unix epoch: by its reason, else when it was sent. */
export function failedAt({ failure, sentAt }: Letter): number {
  return failure?.at ?? sentAt;
}

/** Whether a filter says anything. */
export function isEmptyFilter(filter: LetterFilter): boolean {
  const { all, fingerprints = [], types = [], ids = [], since, until } = filter;
  const lists = fingerprints.length + types.length + ids.length;
  return all !== true && lists === 0 && since === undefined && until === undefined;
}

/** Whether a letter is meant; everything that the filter names must hold. */
export function matches(letter: Letter, { fingerprints, types, since, until, ids }: LetterFilter): boolean {
  const type = letter.event?.type ?? "?";
  const at = failedAt(letter);
  return (
    (fingerprints === undefined || fingerprints.some((each) => each !== "" && letter.fingerprint.startsWith(each))) &&
    (types === undefined || types.some((each) => type === each || type.endsWith(`.${each}`))) &&
    (ids === undefined || ids.some((each) => each === letter.messageId || each === letter.event?.id)) &&
    (since === undefined || at >= since) &&
    (until === undefined || at < until)
  );
}
