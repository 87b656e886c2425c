import { randomOf } from "../random.ts";
import type { Call } from "./call.ts";

/** What can happen to a call, and how often: the share of the calls that it can happen to. */
export const FAULTS = {
  /** The connection breaks before the service has seen the request. */
  reset: 0.004,
  /** The service does what was asked, and the connection breaks before a byte of the answer. */
  lostAnswer: 0.005,
  /** The same in the middle of the answer. */
  cutAnswer: 0.002,
  /** The service does what was asked, and the answer is an error 500 or 503. */
  errorAfterEffect: 0.003,
  /** The request is late. */
  delay: 0.01,
  /** 429, 503 SlowDown or 400 ProvisionedThroughputExceededException: not done. */
  throttle: 0.003,
  /** 500 or 503: not done. */
  serverError: 0.004,
  /** Some entries of a batch are throttled, the others done. */
  throttledEntries: 0.02,
  /** A transaction meets another one: not done. */
  transactionConflict: 0.004,
} as const;

export type FaultKind = keyof typeof FAULTS;
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[];

/** One fault, with the numbers that it needs. */
export interface Fault {
  readonly kind: FaultKind;
  /** In [0, 1), for what is to be chosen: how late, which entries, which error. */
  readonly random: () => number;
}

/** Calls that the app makes all the time. What is deployed and looked at is left alone. */
const TARGETS: ReadonlySet<string> = new Set([
  "sqs.ReceiveMessage",
  "sqs.DeleteMessageBatch",
  "sqs.ChangeMessageVisibilityBatch",
  "sqs.SendMessage",
  "sqs.SendMessageBatch",
  "sns.PublishBatch",
  "s3.PutObject",
  "s3.GetObject",
  "dynamodb.BatchExecuteStatement",
  "dynamodb.BatchGetItem",
  "dynamodb.TransactWriteItems",
  "dynamodb.PutItem",
]);

/**
 * Decides what happens to each call. The n-th call of an operation meets the same fault in every run with the same seed;
 * which of the app's calls is the n-th depends on the machine's timing.
 */
export class FaultPlan {
  readonly #seed: string;
  readonly #calls = new Map<string, number>();

  constructor(seed: string) {
    this.#seed = seed;
  }

  next(call: Pick<Call, "service" | "operation">, entries: number): Fault | undefined {
    const name = `${call.service}.${call.operation}`;
    if (!TARGETS.has(name)) {
      return undefined;
    }
    const count = (this.#calls.get(name) ?? 0) + 1;
    this.#calls.set(name, count);
    const random = randomOf(this.#seed, name, count);
    let draw = random();
    for (const kind of FAULT_KINDS) {
      draw -= isPossible(kind, call.operation, entries) ? FAULTS[kind] : 0;
      if (draw < 0) {
        return { kind, random };
      }
    }
    return undefined;
  }
}

function isPossible(kind: FaultKind, operation: string, entries: number): boolean {
  switch (kind) {
    case "throttledEntries":
      return entries > 0;
    case "transactionConflict":
      return operation === "TransactWriteItems";
    default:
      return true;
  }
}
