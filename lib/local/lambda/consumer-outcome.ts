import { describeError } from "../../errors/index.ts";
import { type Outcome, redrivesOf, type SettledStep, traceIdOf } from "../../hook/index.ts";
import { isJsonObject, objectOf, parseJson } from "../../std/index.ts";

/** What a consumer did with one message, as it told an observer of the local runtime. */
export interface ConsumerOutcome {
  readonly outcome: Outcome["kind"];
  readonly consumer: string;
  /** Name of the event in its contract; `undefined` where the message could not be read. */
  readonly event: string | undefined;
  readonly eventId: string | undefined;
  readonly messageId: string;
  /** Receive count, from 1. */
  readonly attempt: number | undefined;
  /** Name of the queue. */
  readonly queue: string;
  /** Of a retry: why. */
  readonly cause: string | undefined;
  /** Of a retry: seconds until the message is redelivered, where the consumer asked for that. */
  readonly afterSeconds: number | undefined;
  readonly error: { readonly name: string; readonly message: string; readonly stack?: string } | undefined;
  readonly correlationId?: string | undefined;
  /** Id of the event whose handler published this one. */
  readonly causationId?: string | undefined;
  /** Trace id of the event's W3C trace context. */
  readonly traceId?: string | undefined;
  /** How often the message was redriven before; absent for one that was not. */
  readonly redrives?: number | undefined;
  /** When the event was published, by its envelope: milliseconds since the Unix epoch, as the other times. */
  readonly publishedAt?: number | undefined;
  /** When the message was sent to the queue. */
  readonly sentAt?: number | undefined;
  readonly receivedAt?: number | undefined;
  /** When the outcome was certain. */
  readonly settledAt?: number | undefined;
}

/** Characters of an error's message and stack: what passes between processes is shown to people. */
const MAX_MESSAGE = 1_000;
const MAX_STACK = 3_000;

/**
 * The outcome in a step of a consumer.
 *
 * @param receivedAt when the message was received, in milliseconds since the Unix epoch
 */
export function outcomeOf(
  { at, consumer, delivery, event, outcome }: SettledStep,
  receivedAt?: number | undefined,
): ConsumerOutcome {
  const { messageId, queueArn, receiveCount, sentAt } = delivery;
  const redrives = redrivesOf(delivery);
  return {
    outcome: outcome.kind,
    consumer,
    event: event?.name,
    eventId: event?.id,
    messageId,
    attempt: receiveCount,
    queue: queueArn.slice(queueArn.lastIndexOf(":") + 1),
    cause: outcome.kind === "retry" ? outcome.cause : undefined,
    afterSeconds: outcome.kind === "retry" ? outcome.afterSeconds : undefined,
    error: "error" in outcome && outcome.error !== undefined ? errorOf(outcome.error) : undefined,
    correlationId: event?.correlationId,
    causationId: event?.causationId,
    traceId: traceIdOf(event?.traceparent),
    redrives: redrives === 0 ? undefined : redrives,
    publishedAt: event?.time?.getTime(),
    sentAt,
    receivedAt,
    settledAt: at,
  };
}

function errorOf(error: unknown): ConsumerOutcome["error"] {
  const { name, message } = describeError(error);
  const stack = error instanceof Error && !("code" in error) ? error.stack : undefined;
  return {
    name,
    message: message.slice(0, MAX_MESSAGE),
    ...(typeof stack === "string" ? { stack: stack.slice(0, MAX_STACK) } : {}),
  };
}

/** Whether what came from another process is an outcome. A handler can write to the channel too. */
export function isConsumerOutcome(value: unknown): value is ConsumerOutcome {
  return (
    isJsonObject(value) &&
    ["outcome", "consumer", "messageId", "queue"].every((name) => typeof value[name] === "string") &&
    (value.error === undefined || isJsonObject(value.error))
  );
}

/** Whether a line is that in which a consumer logs an outcome: whoever shows outcomes need not show it again. */
export function isOutcomeLine(line: string): boolean {
  const { outcome, consumer, messageId } = line.includes('"outcome"') ? objectOf(parseJson(line)) : {};
  return [outcome, consumer, messageId].every((each) => typeof each === "string");
}
