import type { EventInfo } from "./event.ts";
import type { Outcome } from "./outcome.ts";

/**
 * One SQS message as a consumer received it, without its body. The same object in all steps of the delivery, so it can be the key of a
 * `WeakMap`.
 */
export interface DeliveryInfo {
  /** The invocation that it came in. The same object for all of its deliveries. */
  readonly invocation: InvocationInfo;
  readonly messageId: string;
  readonly queueArn: string;
  /** How often the message has been received, this time included. SQS counts approximately. */
  readonly receiveCount: number;
  /** The message group; empty for a message without one. */
  readonly group: string;
  /** When the message was sent to the queue, in milliseconds since the Unix epoch; `undefined` where SQS did not say. */
  readonly sentAt: number | undefined;
  /** The X-Ray trace header that came with the message: `Root=1-...;Parent=...;Sampled=1`. */
  readonly traceHeader: string | undefined;
  /** Of one of several events of a message: the delivery of the message. */
  readonly whole: DeliveryInfo | undefined;
  /** The string value of a message attribute; `undefined` if it has none. */
  attribute(name: string): string | undefined;
}

/** One call of a consumer: a Lambda invocation, or one receive of a poller. */
export interface InvocationInfo {
  /** The request id. */
  readonly id: string;
  /** The name of the function, or of the poller's consumer. */
  readonly functionName: string;
}

/** One call of `publish`. The same object in all its steps. */
export interface PublicationInfo {
  /** Name of the contract. */
  readonly contract: string;
  /** Name of the event in the contract. */
  readonly event: string;
  /** ARN of the topic, or URL of the queue. */
  readonly target: string;
  /** The trace context that the caller gave explicitly. */
  readonly traceparent: string | undefined;
}

/** When a step was told, in milliseconds since the Unix epoch. */
export interface StepAt {
  readonly at: number;
}

/** How long a step took, in milliseconds. It began at `at - durationMs`. */
export interface TimedStep extends StepAt {
  readonly durationMs: number;
}

/** A step of a delivery. */
export interface DeliveryStep {
  readonly delivery: DeliveryInfo;
}

/** A step of a delivery whose event is known. */
export interface EventStep extends DeliveryStep {
  readonly event: EventInfo;
}

/** A consumer was called. */
export interface InvocationStartedStep extends StepAt {
  readonly type: "invocationStarted";
  readonly consumer: string;
  readonly invocation: InvocationInfo;
  readonly deliveries: readonly DeliveryInfo[];
}

/** A message is in this consumer's hands. */
export interface ReceivedStep extends StepAt, DeliveryStep {
  readonly type: "received";
  readonly consumer: string;
  readonly invocation: InvocationInfo;
}

/** An offloaded payload was read. */
export interface FetchedStep extends TimedStep, DeliveryStep {
  readonly type: "fetched";
  /** `undefined` where it could not be read. */
  readonly bytes: number | undefined;
  readonly error: unknown;
}

/** A message was decoded: it is an event of the contract, or it ended here. */
export interface DecodedStep extends TimedStep, DeliveryStep {
  readonly type: "decoded";
  /** `undefined` where the message could not be read, and for a message with several events. */
  readonly event: EventInfo | undefined;
  /** What is asked for, where the delivery ends before its claim. */
  readonly outcome: Outcome | undefined;
}

/** The store was asked for an event. */
export interface ClaimedStep extends TimedStep, EventStep {
  readonly type: "claimed";
  /** What is asked for, where the event must not be handled now; `undefined` where it may be. */
  readonly outcome: Outcome | undefined;
  /** Whether another delivery of the invocation carries the same event, and decides. */
  readonly repeated: boolean;
}

/** A handler is about to be called. */
export interface StartedStep extends StepAt, EventStep {
  readonly type: "started";
  /** Which start of the event's handler this is, from 1, according to the store; the receive count where nobody counts. */
  readonly tries: number;
}

/** A handler has ended, or was given up. */
export interface EndedStep extends TimedStep, EventStep {
  readonly type: "ended";
  readonly result: "returned" | "threw" | "timedOut";
  readonly error: unknown;
}

/** A handler's transaction was written, or was not. */
export interface CommittedStep extends TimedStep, EventStep {
  readonly type: "committed";
  readonly error: unknown;
}

/** A completion was recorded, or was not. */
export interface CompletedStep extends TimedStep, DeliveryStep {
  readonly type: "completed";
  readonly status: "settled" | "lost" | "unavailable";
}

/** A call to the idempotency store has ended. One call is for up to 25 events. */
export interface StoreCalledStep extends TimedStep {
  readonly type: "storeCalled";
  readonly invocation: InvocationInfo;
  readonly operation: "claim" | "start" | "complete" | "release";
  /** How many events the call was for. */
  readonly events: number;
  /** Why the store did not respond. */
  readonly error: unknown;
}

/** A message was sent to the dead-letter queue, or was not taken. */
export interface LetterSentStep extends TimedStep, DeliveryStep {
  readonly type: "letterSent";
  readonly queueUrl: string;
  /** Why the queue did not take it. */
  readonly error: unknown;
}

/** The outcome of a delivery is certain: once per delivery. */
export interface SettledStep extends TimedStep, DeliveryStep {
  readonly type: "settled";
  readonly consumer: string;
  readonly event: EventInfo | undefined;
  readonly outcome: Outcome;
  /** Starts of the handler, according to the store; `undefined` where nobody counts. */
  readonly tries: number | undefined;
  /** Whether SQS moves the message to its dead-letter queue instead of delivering it again. */
  readonly last: boolean;
}

/** A consumer's call is over: every delivery is settled. */
export interface InvocationEndedStep extends TimedStep {
  readonly type: "invocationEnded";
  readonly consumer: string;
  readonly invocation: InvocationInfo;
}

/** A step of a call of `publish`. */
export interface PublicationStep {
  readonly publication: PublicationInfo;
}

/** An event was validated and its message composed. */
export interface CreatedStep extends TimedStep, PublicationStep {
  readonly type: "created";
  /** The CloudEvents id. */
  readonly id: string;
  /** The CloudEvents type. */
  readonly eventType: string;
  readonly source: string;
  /** Size of the message. */
  readonly bytes: number;
  /** Bytes that wait in the publisher or are being sent, this event included. */
  readonly bufferedBytes: number;
  readonly correlationId: string | undefined;
  readonly causationId: string | undefined;
  readonly traceparent: string | undefined;
}

/** A large body was stored, or was not. */
export interface OffloadedStep extends TimedStep, PublicationStep {
  readonly type: "offloaded";
  readonly bytes: number;
  readonly error: unknown;
}

/** One call to SNS or SQS. */
export interface SentStep extends TimedStep {
  readonly type: "sent";
  readonly target: string;
  readonly publications: readonly PublicationInfo[];
  /** Why AWS did not take an event, by its place in `publications`; empty where it took all. */
  readonly errors: ReadonlyMap<number, unknown>;
}

/** A call of `publish` has ended: once per call. */
export interface PublishedStep extends TimedStep, PublicationStep {
  readonly type: "published";
  /** `undefined` where the event was not composed. */
  readonly id: string | undefined;
  /** The id that SNS or SQS gave; `undefined` where the event was not published. */
  readonly messageId: string | undefined;
  readonly error: unknown;
}

/** A step of an event's way. New types may be added: ignore those that you do not know. */
export type Step =
  | InvocationStartedStep
  | ReceivedStep
  | FetchedStep
  | DecodedStep
  | ClaimedStep
  | StartedStep
  | EndedStep
  | CommittedStep
  | CompletedStep
  | StoreCalledStep
  | LetterSentStep
  | SettledStep
  | InvocationEndedStep
  | CreatedStep
  | OffloadedStep
  | SentStep
  | PublishedStep;
