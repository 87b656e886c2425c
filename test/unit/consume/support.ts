import { z } from "zod";
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
  type SettleResult,
  type SqsBatchResponse,
  type SqsRecord,
} from "../../../lib/index.ts";

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

/** An envelope as a publisher writes it. */
export function envelope(id: string, data: unknown = { n: 1 }, more: object = {}): object {
  return { specversion: "1.0", id, source: "/shop", type: "orders.Placed", data, ...more };
}

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

/** Invokes a consumer and answers the ids that come again. */
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

/** The claim protocol in memory, with the calls that were made. */
export class MemoryStore implements IdempotencyStore {
  readonly items = new Map<string, { owner: string; done: boolean }>();
  readonly calls: { readonly step: "claim" | "complete" | "release"; readonly keys: readonly string[] }[] = [];
  claimResult: ((request: ClaimRequest) => ClaimResult | undefined) | undefined;
  settleResult: ((claim: Claim) => SettleResult | undefined) | undefined;

  async claim(requests: readonly ClaimRequest[]): Promise<readonly ClaimResult[]> {
    this.calls.push({ step: "claim", keys: requests.map(({ key }) => key) });
    return requests.map((request) => {
      const forced = this.claimResult?.(request);
      if (forced !== undefined) {
        return forced;
      }
      const found = this.items.get(request.key);
      if (found?.done) {
        return { status: "done" };
      }
      if (found !== undefined && found.owner !== request.owner) {
        return { status: "inProgress", until: Date.now() + 1_000 };
      }
      this.items.set(request.key, { owner: request.owner, done: false });
      return { status: "claimed" };
    });
  }

  async complete(claims: readonly Claim[]): Promise<readonly SettleResult[]> {
    this.calls.push({ step: "complete", keys: claims.map(({ key }) => key) });
    return claims.map((claim) => {
      const forced = this.settleResult?.(claim);
      if (forced !== undefined) {
        return forced;
      }
      const found = this.items.get(claim.key);
      if (found?.owner !== claim.owner) {
        return { status: "lost" };
      }
      found.done = true;
      return { status: "settled" };
    });
  }

  async release(claims: readonly Claim[]): Promise<readonly SettleResult[]> {
    this.calls.push({ step: "release", keys: claims.map(({ key }) => key) });
    return claims.map((claim) => {
      const found = this.items.get(claim.key);
      if (found?.owner !== claim.owner || found.done) {
        return { status: "lost" };
      }
      this.items.delete(claim.key);
      return { status: "settled" };
    });
  }
}
