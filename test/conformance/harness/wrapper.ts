import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Context, SQSEvent } from "aws-lambda";
import type { Clients } from "./clients.ts";
import type { Thing } from "./events.ts";

/** What a wrapper may have no feature for. */
export type Feature =
  | "store"
  | "concurrency"
  | "groups"
  | "recordTimeout"
  | "backoff"
  | "deadLetter"
  | "payloads"
  | "compression"
  | "expiry"
  | "guarantee"
  | "commit"
  /** An answer that an invocation gives, in its time. */
  | "answer";

/** What a handler gets, whatever wraps it. */
export interface Delivery {
  /** The event's id. */
  readonly id: string;
  readonly messageId: string;
  readonly data: Thing;
  /** Aborted when the record's time is over, where the wrapper has such a signal. */
  readonly signal: AbortSignal | undefined;
  /** Writes items in DynamoDB the safest way that the wrapper knows. */
  commit(items: TransactWriteItem[]): Promise<void>;
  /** Says that no retry helps. */
  permanent(reason: string): never;
  /** Asks for a retry after some seconds. */
  retryIn(seconds: number): never;
}

/** The code inside the wrapper. */
export type Handle = (delivery: Delivery) => unknown;

/** What a consumer is to be built with. Parts that a wrapper has no feature for are left out by it. */
export interface ConsumerSpec {
  readonly handle: Handle;
  /** The table of idempotency records; the wrapper is used without idempotency where there is none. */
  readonly table?: string;
  readonly fifo?: boolean;
  /** The function's name. */
  readonly consumer?: string;
  readonly concurrency?: number;
  readonly recordTimeoutMs?: number;
  readonly backoff?: { readonly baseSeconds?: number; readonly capSeconds?: number };
  readonly deadLetterQueues?: Readonly<Record<string, { readonly url: string; readonly maxReceiveCount?: number }>>;
  readonly payloadSources?: string;
  readonly maxPayloadBytes?: number;
  readonly guarantee?: "at-most-once" | "at-least-once" | "exactly-once";
}

/** A Lambda handler, however its library types it. */
export type LambdaHandler = (event: SQSEvent, context: Context) => Promise<unknown>;

/** One way to wrap a handler: Fanfare's, a peer's, or another of Fanfare's such as a poller. */
export interface Wrapper {
  readonly name: string;
  /** Packages whose versions the report names. */
  readonly packages: readonly string[];
  /** Features that it does not offer, each with why a property that needs it is not applicable. */
  readonly lacks: Partial<Readonly<Record<Feature, string>>>;
  /** Fanfare's own client for DynamoDB and SQS. @default the SDK's clients */
  readonly client?: "lean";
  /**
   * @param report told what the wrapper says of failed records, to its operators
   */
  build(spec: ConsumerSpec, clients: Clients, report: (text: string) => void): LambdaHandler;
}
