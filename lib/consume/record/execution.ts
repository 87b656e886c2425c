import type { EventInfo, Outcome } from "../../hook/index.ts";
import type { Delivery } from "./delivery.ts";
import type { ReceivedEvent } from "./event.ts";

/** What is to become of an event's claim. */
export type ClaimEnd =
  /** Nothing: there is no claim, or it must stay as it is. */
  | "none"
  /** The event was handled: no later delivery is. */
  | "complete"
  /** The next delivery may claim the event. */
  | "release"
  /** The response to the claim was lost: release it in case it exists, without waiting. */
  | "releaseIfClaimed"
  /** A handler was started that must not be started twice: only the dead letter, which names the claim, may claim the event. */
  | "leaveToLetter";

/** A delivery that is ready to be settled: the outcome it asks for, and what is to become of its claim. */
export interface Execution {
  readonly delivery: Delivery;
  /** `undefined` for a delivery that could not be decoded. */
  readonly event: EventInfo | undefined;
  /** The event's idempotency key, where the delivery got that far. */
  readonly key: string | undefined;
  /** A promise where another delivery of the same event decides. */
  readonly outcome: Outcome | Promise<Outcome>;
  readonly claim: ClaimEnd;
  /** How often the event's handler has been started, according to the store; `undefined` where nobody counts. */
  readonly tries: number | undefined;
  /** Whether an earlier worker disappeared with the event: nothing more of its group is started before it is settled. */
  readonly interrupted: boolean;
  /** Of a message with several events: those that failed. Their claims end with the message. @default none */
  readonly failedParts?: readonly Execution[];
}

/** A delivery whose event is decoded and validated. */
export interface Decoded {
  readonly kind: "decoded";
  readonly delivery: Delivery;
  readonly event: ReceivedEvent;
}

/** A delivery whose event may be handled. */
export interface Ready {
  readonly kind: "ready";
  readonly delivery: Delivery;
  readonly event: ReceivedEvent;
  /** Whether this invocation holds the claim on the event. */
  readonly claimed: boolean;
  /** How often the handler was started before, according to the store; `undefined` without a claim. */
  readonly tries: number | undefined;
  /** Whether an earlier worker disappeared with the event: its handler may have been what killed that worker. */
  readonly interrupted: boolean;
}

/** An event that may be handled without a claim. */
export function unclaimed(delivery: Delivery, event: ReceivedEvent): Ready {
  return { kind: "ready", delivery, event, claimed: false, tries: undefined, interrupted: false };
}

/** A delivery that ends before its handler. */
export interface Ended {
  readonly kind: "ended";
  readonly execution: Execution;
}

/** A delivery with several events. Each is a part: a delivery of its own for everything but the message. */
export interface Several {
  readonly kind: "several";
  readonly delivery: Delivery;
  readonly parts: readonly (Decoded | Ended)[];
}

/** A delivery of an event that another delivery of this invocation is being handled for. */
export interface Repeated {
  readonly kind: "repeated";
  readonly delivery: Delivery;
  readonly event: ReceivedEvent;
  readonly first: FirstDelivery;
}

/** The delivery that decides what becomes of all deliveries of its event in this invocation. */
export interface FirstDelivery {
  readonly delivery: Delivery;
  /** Digest of its event's data, where that is compared. */
  readonly digest: string | undefined;
  /** Whether it is its turn: its outcome no longer depends on what other deliveries wait for. */
  readonly begun: boolean;
  /** The call that claims the event, which waits for no delivery; `undefined` where there is none. */
  readonly claiming: Promise<unknown> | undefined;
  /** `undefined` until the delivery is settled, or known to be a duplicate. */
  readonly outcome: Outcome | undefined;
  /** Resolves when the delivery is settled. */
  readonly settled: Promise<Outcome>;
}

/** A delivery that is decoded and, where events are claimed, claimed. */
export type Prepared = Ready | Ended | Repeated;

/** Ends a delivery before its event is claimed. */
export function endedEarly(delivery: Delivery, outcome: Outcome, event?: EventInfo): Ended {
  return { kind: "ended", execution: unclaimedExecution(delivery, outcome, event) };
}

/** What a delivery comes to whose event was not claimed. */
export function unclaimedExecution(delivery: Delivery, outcome: Outcome, event?: EventInfo): Execution {
  return { delivery, event, key: undefined, outcome, claim: "none", tries: undefined, interrupted: false };
}

/** The outcome of a delivery of an event that is done. @param handled digest of the data that was handled, where it is known */
export function duplicateOf({ digest }: Pick<ReceivedEvent, "digest">, handled: string | undefined): Outcome {
  const differs = digest !== undefined && handled !== undefined && digest !== handled;
  return differs ? { kind: "duplicate", conflict: { handled, received: digest } } : { kind: "duplicate" };
}

/** What a delivery with an event comes to. */
export function executionOf(
  { delivery, event, interrupted = false }: Pick<Decoded, "delivery" | "event"> & Partial<Pick<Ready, "interrupted">>,
  outcome: Execution["outcome"],
  claim: ClaimEnd,
  tries?: number,
): Execution {
  return { delivery, event: event.info, key: event.key, outcome, claim, tries, interrupted };
}

/** A settled delivery: what really became of it. */
export interface Settled {
  readonly delivery: Delivery;
  readonly outcome: Outcome;
}

/** One of several events of a message, with what really became of it. */
export type SettledPart = Execution & { readonly outcome: Outcome };
