import { z } from "zod";
import type { EventInfo } from "../../../lib/consume/record/index.ts";
import {
  complete,
  countStart,
  decide,
  release,
  type StoredRecord,
  startOnce,
  type Write,
} from "../../../lib/idempotency/protocol/index.ts";
import {
  type Claim,
  type ClaimRequest,
  type ClaimResult,
  type ConsumeOptions,
  consume,
  defineContract,
  event,
  type Handlers,
  type IdempotencyStore,
  type InvocationContext,
  type Logger,
  type ReleaseRequest,
  type SettleResult,
  type SqsBatchResponse,
  type SqsRecord,
  type StartRequest,
} from "../../../lib/index.ts";
import { isAccepted, recordAfter } from "../../support/stored-record.ts";

export const contract = defineContract("orders", {
  Placed: event({ schema: z.object({ n: z.number() }) }),
  Paid: event({
    schema: z.object({ amount: z.number() }),
    version: 2,
    upcast: { 1: (old) => ({ amount: old.total }) },
  }),
});

export type Orders = typeof contract;

export const QUEUE_ARN = "arn:aws:sqs:eu-central-1:123456789012:orders";
export const FIFO_ARN = `${QUEUE_ARN}.fifo`;

export const DEAD_LETTER_QUEUES = {
  [QUEUE_ARN]: { url: "https://sqs/dlq" },
  [FIFO_ARN]: { url: "https://sqs/dlq.fifo" },
};

/** An envelope as a publisher writes it. */
export function envelope(id: string, data: unknown = { n: 1 }, more: object = {}): object {
  return { specversion: "1.0", id, source: "/shop", type: "orders.Placed", data, ...more };
}

/** An event as rooms pass it on. */
export const EVENT: EventInfo = {
  name: "Placed",
  type: "orders.Placed",
  id: "e1",
  source: "/shop",
  version: 1,
  time: undefined,
  subject: undefined,
  partitionKey: undefined,
  correlationId: undefined,
  causationId: undefined,
  traceparent: undefined,
  tracestate: undefined,
  expiresAt: undefined,
};

let sequence = 0;

/** A record as Lambda hands it over. */
export function record(body: unknown, more: Partial<SqsRecord> & { group?: string } = {}): SqsRecord {
  sequence += 1;
  const { group, ...rest } = more;
  return {
    messageId: `m-${sequence}`,
    receiptHandle: `r-${sequence}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
    attributes: { ApproximateReceiveCount: "1", ...(group === undefined ? {} : { MessageGroupId: group }) },
    messageAttributes: {},
    eventSourceARN: group === undefined ? QUEUE_ARN : FIFO_ARN,
    ...rest,
  };
}

export function context(remainingMs = 30_000): InvocationContext {
  const endsAt = performance.now() + remainingMs;
  return {
    awsRequestId: "request",
    functionName: "function",
    getRemainingTimeInMillis: () => Math.max(0, endsAt - performance.now()),
  };
}

export const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Options for a consumer that calls nothing outside. */
export function offline(more: ConsumeOptions<Orders> = {}): ConsumeOptions<Orders> {
  return { consumer: "billing", backoff: false, logger: silent, deadLetterQueues: {}, ...more };
}

/** Invokes a consumer, and returns the ids of the messages that are redelivered. */
export async function run(
  handlers: Handlers<Orders>,
  records: readonly SqsRecord[],
  options: ConsumeOptions<Orders> = {},
  remainingMs?: number,
): Promise<string[]> {
  return ids(await consume(contract, handlers, offline(options))({ Records: records }, context(remainingMs)));
}

export function ids(answer: SqsBatchResponse): string[] {
  return answer.batchItemFailures.map((failure) => failure.itemIdentifier);
}

/** The claim protocol in memory, with the calls that were made. Leases do not end by themselves: see {@link endLeases}. */
export class MemoryStore implements IdempotencyStore {
  readonly items = new Map<
    string,
    { owner: string; done: boolean; tries?: number; state?: StoredRecord["state"]; lapsed?: boolean }
  >();
  readonly calls: { readonly step: "claim" | "start" | "complete" | "release"; readonly keys: readonly string[] }[] =
    [];
  claimResult: ((request: ClaimRequest) => ClaimResult | undefined) | undefined;
  settleResult: ((claim: Claim) => SettleResult | undefined) | undefined;

  /** Every worker has disappeared: the next claims take over. */
  endLeases(): void {
    for (const item of this.items.values()) {
      item.lapsed = true;
    }
  }

  async claim(requests: readonly ClaimRequest[]): Promise<readonly ClaimResult[]> {
    this.calls.push({ step: "claim", keys: requests.map(({ key }) => key) });
    return requests.map((request) => this.claimResult?.(request) ?? this.#claim(request));
  }

  #claim(request: ClaimRequest): ClaimResult {
    const claimant = {
      key: request.key,
      owner: request.owner,
      leaseUntil: Number.MAX_SAFE_INTEGER,
      expiresAt: Number.MAX_SAFE_INTEGER,
      startsNow: request.startsNow ?? false,
      letterOf: request.letterOf,
    };
    const decision = decide(this.#recordOf(request.key), claimant, Date.now());
    switch (decision.kind) {
      case "done":
        return { status: "done" };
      case "inProgress":
        return { status: "inProgress", until: Date.now() + 1_000 };
      case "own":
        return { status: "claimed" };
      case "write": {
        this.#write(decision.write);
        const { tries, interrupted, outcomeUnknown } = decision.granted;
        return outcomeUnknown ? { status: "outcomeUnknown", tries } : { status: "claimed", tries, interrupted };
      }
    }
  }

  async start(starts: readonly StartRequest[]): Promise<readonly SettleResult[]> {
    this.calls.push({ step: "start", keys: starts.map(({ key }) => key) });
    return starts.map((start) => this.#settle((start.once === true ? startOnce : countStart)(start, start.tries)));
  }

  async complete(claims: readonly Claim[]): Promise<readonly SettleResult[]> {
    this.calls.push({ step: "complete", keys: claims.map(({ key }) => key) });
    return claims.map((claim) => this.settleResult?.(claim) ?? this.#settle(complete(claim)));
  }

  async release(claims: readonly ReleaseRequest[]): Promise<readonly SettleResult[]> {
    this.calls.push({ step: "release", keys: claims.map(({ key }) => key) });
    return claims.map((claim) => this.#settle(release(claim, { ...claim, tries: claim.tries ?? 0 })));
  }

  #settle(write: Write): SettleResult {
    return { status: this.#write(write) ? "settled" : "lost" };
  }

  #write(write: Write): boolean {
    const record = this.#recordOf(write.key);
    const accepted = isAccepted(write, record);
    const after = recordAfter(write, record);
    if (after === undefined) {
      this.items.delete(write.key);
    } else {
      const { owner, state, tries, leaseUntil } = after;
      this.items.set(write.key, { owner, state, tries, done: state === "done", lapsed: leaseUntil === 0 });
    }
    return accepted;
  }

  /** Tests may put items that say no more than their owner, and whether they are done. */
  #recordOf(key: string): StoredRecord | undefined {
    const item = this.items.get(key);
    return (
      item && {
        owner: item.owner,
        state: item.done ? "done" : (item.state ?? "claimed"),
        leaseUntil: item.lapsed === true ? 0 : Number.MAX_SAFE_INTEGER,
        expiresAt: Number.MAX_SAFE_INTEGER,
        tries: item.tries ?? 0,
      }
    );
  }
}
