/** Type tests: this file is never run. The compiler checks it; an unused `@ts-expect-error` is an error too. */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Context, SQSBatchResponse, SQSEvent, SQSHandler, SQSRecord } from "aws-lambda";
import * as v from "valibot";
import { z } from "zod";
import {
  circuitBreaker,
  consume,
  consumeBatch,
  defineContract,
  dynamoDbCircuitStore,
  dynamoDbStore,
  event,
  type HandlerContext,
  type IdempotencyStore,
  plainJson,
  poll,
  type SqsConsumer,
  type SqsHandler,
  type SqsRecord,
} from "../../lib/index.ts";

const orders = defineContract("orders", {
  Placed: event({
    schema: z.object({ id: z.string(), express: z.boolean().default(false), at: z.coerce.date() }),
  }),
  Cancelled: event({ schema: v.object({ id: v.string(), reason: v.string() }) }),
});

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_Condition extends true>(): void => {};

// Handlers get the schema's output.
export const handler = consume(orders, {
  Placed: async (order, context) => {
    holds<Equal<typeof order, { id: string; express: boolean; at: Date }>>();
    holds<Equal<typeof context, HandlerContext>>();
    holds<Equal<typeof context.attempt, number>>();
    holds<Equal<typeof context.idempotencyKey, string>>();
    holds<Equal<typeof context.signal, AbortSignal>>();
    holds<Equal<typeof context.event.time, Date | undefined>>();
    holds<Equal<ReturnType<typeof context.retry>, never>>();
    holds<Equal<ReturnType<typeof context.deadLetter>, never>>();
    const items: TransactWriteItem[] = [];
    await context.commit(items);
    context.logger.info("placed", { id: order.id });
    if (context.remainingMs() < 5) {
      context.retry({ after: 5, reason: "busy" });
    }
    // @ts-expect-error the context has no such member
    context.record.ack();
    // @ts-expect-error what was received is not to be changed
    context.record.body = "";
    // @ts-expect-error a reason is needed
    context.deadLetter();
    // @ts-expect-error seconds, not a date
    context.retry({ after: new Date() });
    // @ts-expect-error the payload has no such field
    order.reason;
  },
  Cancelled: (order) => {
    holds<Equal<typeof order, { id: string; reason: string }>>();
  },
});
holds<Equal<typeof handler, SqsConsumer>>();
// What a module exports may be typed as any Lambda handler.
export const typed: SqsHandler = handler;
holds<Equal<ReturnType<typeof handler.preload>, Promise<void>>>();

// Not every event needs a handler, but every handler an event.
consume(orders, {});
consume(orders, { Placed: () => {} });
// @ts-expect-error no such event
consume(orders, { Placedd: () => {} });
// @ts-expect-error a handler of another payload
consume(orders, { Placed: (order: { reason: string }) => order.reason });
// @ts-expect-error a handler returns nothing: what it returned would be lost
consume(orders, { Placed: async () => 5 });
// @ts-expect-error not a function
consume(orders, { Placed: "handler" });
// @ts-expect-error not a contract
consume({ Placed: () => {} }, {});

// The types of @types/aws-lambda fit, both ways.
export const sqsHandler: SQSHandler = handler;
declare const sqsEvent: SQSEvent;
declare const context: Context;
export const response: Promise<SQSBatchResponse> = handler(sqsEvent, context);
declare const lambdaRecord: SQSRecord;
export const record: SqsRecord = lambdaRecord;
// @ts-expect-error an event of another service
handler({ Records: [{ s3: {} }] }, context);

// Options.
consume(orders, {}, { guarantee: "exactly-once", store: dynamoDbStore({ table: "t" }), concurrency: 5 });
consume(orders, {}, { backoff: false, expired: "dead-letter", codec: plainJson(orders, "Placed") });
consume(orders, {}, { codec: (body) => (body === null ? null : { event: "Cancelled", data: body }) });
consume(orders, {}, { logger: console });
// @ts-expect-error no such guarantee
consume(orders, {}, { guarantee: "exactly-twice" });
// @ts-expect-error no such option
consume(orders, {}, { concurency: 5 });
// @ts-expect-error no such event
consume(orders, {}, { codec: plainJson(orders, "Placedd") });
// @ts-expect-error a codec of events that the contract does not have
consume(orders, {}, { codec: () => ({ event: "Nothing", data: 1 }) });
// @ts-expect-error dropped or dead-lettered
consume(orders, {}, { expired: "ignore" });
// @ts-expect-error true is not a backoff
consume(orders, {}, { backoff: true });

// The circuit breaker is imported and called, so that it is bundled only where it is used.
const circuitStore = dynamoDbCircuitStore({ table: "t" });
consume(orders, {}, { circuitBreaker: circuitBreaker() });
consumeBatch(orders, () => {}, { circuitBreaker: circuitBreaker({ failureThreshold: 5, store: circuitStore }) });
poll(orders, {}, { queueUrl: "https://sqs/q", circuitBreaker: circuitBreaker({ openSeconds: 60 }) });
// @ts-expect-error it was a switch once
consume(orders, {}, { circuitBreaker: true });
// @ts-expect-error its options are given to the function
consume(orders, {}, { circuitBreaker: { failureThreshold: 5 } });
// @ts-expect-error the function is to be called
consume(orders, {}, { circuitBreaker });
// @ts-expect-error no such option
circuitBreaker({ failures: 5 });

export const store: IdempotencyStore = dynamoDbStore({ table: "t", retentionSeconds: 60 });
// @ts-expect-error the table is needed
dynamoDbStore({});
// @ts-expect-error seconds are a number
dynamoDbStore({ table: "t", retentionSeconds: "60" });
// @ts-expect-error no such option
dynamoDbStore({ table: "t", ttl: 60 });

// Batches: the name tells the type of the data.
export const batchHandler: SQSHandler = consumeBatch(orders, async (items, { signal, remainingMs }) => {
  holds<Equal<typeof signal, AbortSignal>>();
  remainingMs();
  for (const item of items) {
    holds<Equal<typeof item.name, "Placed" | "Cancelled">>();
    // @ts-expect-error only one of the events has a reason
    item.data.reason;
    if (item.name === "Cancelled") {
      holds<Equal<typeof item.data, { id: string; reason: string }>>();
      item.fail(new Error("busy"));
    } else {
      holds<Equal<typeof item.data.at, Date>>();
      item.deadLetter("never");
    }
    // @ts-expect-error a reason is needed
    item.deadLetter();
  }
});
consumeBatch(
  orders,
  (items) => {
    for (const item of items) {
      holds<Equal<typeof item.name, "Placed">>();
      holds<Equal<typeof item.data, { id: string; express: boolean; at: Date }>>();
    }
  },
  { events: ["Placed"] },
);
// @ts-expect-error no such event
consumeBatch(orders, () => {}, { events: ["Placedd"] });
// @ts-expect-error a batch handler returns nothing
consumeBatch(orders, () => ({ batchItemFailures: [] }));
// @ts-expect-error items are not to be added
consumeBatch(orders, (items) => items.push(items[0]));
