import { describeError } from "../../errors/index.ts";
import type { Outcome, SettledStep } from "../../hook/index.ts";
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
}

/** Characters of an error's message and stack: what passes between processes is shown to people. */
const MAX_MESSAGE = 1_000;
const MAX_STACK = 3_000;

/** The outcome in a step of a consumer. */
export function outcomeOf({ consumer, delivery, event, outcome }: SettledStep): ConsumerOutcome {
  const { messageId, queueArn, receiveCount } = delivery;
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
