import {
  BatchProcessor,
  EventType,
  processPartialResponse,
  SqsFifoPartialProcessorAsync,
} from "@aws-lambda-powertools/batch";
import { parser } from "@aws-lambda-powertools/batch/parser";
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SQSRecord } from "aws-lambda";
import { z } from "zod";
import { documentSchema, orderSchema, webhookSchema } from "../support/contract.ts";
import type { Job, LambdaHandler } from "./job.ts";
import { decode } from "./raw.ts";

/** Where idempotency records go. */
export interface Store {
  readonly table: string;
  readonly dynamodb: DynamoDBClient;
}

const quiet = { debug: () => {}, warn: () => {}, error: () => {} };
const common = { specversion: z.literal("1.0"), id: z.string(), source: z.string() };
const innerSchema = z.discriminatedUnion("type", [
  z.object({ ...common, type: z.literal("bench.OrderPlaced"), data: orderSchema }),
  z.object({ ...common, type: z.literal("bench.WebhookReceived"), data: webhookSchema }),
  z.object({ ...common, type: z.literal("bench.DocumentWritten"), data: documentSchema }),
]);
const parsedRecord = z.looseObject({ body: innerSchema });

/** The batch processor; the handler reads the body. */
export function powertoolsBatch({ handle }: Job, store?: Store): LambdaHandler {
  const processor = new BatchProcessor(EventType.SQS);
  const one = async (record: SQSRecord) => {
    const { id, data } = decode(record);
    await handle(data, id);
  };
  const { wrapped, config } = idempotent(one, store);
  return async (event, context) => {
    config?.registerLambdaContext(context);
    return await processPartialResponse(event, wrapped, processor, { context, throwOnFullBatchFailure: false });
  };
}

/** The batch processor with the parser, which reads and validates record and body. */
export function powertoolsParser({ handle }: Job): LambdaHandler {
  const processor = new BatchProcessor(EventType.SQS, { parser, innerSchema, transformer: "json", logger: quiet });
  const one = async (record: SQSRecord) => {
    // Parsed already; the processor types it as it was before.
    const body = (record as unknown as z.infer<typeof parsedRecord>).body;
    await handle(body.data, body.id);
  };
  return async (event, context) =>
    await processPartialResponse(event, one, processor, { context, throwOnFullBatchFailure: false });
}

/** The FIFO processor: one record after another, over all groups. */
export function powertoolsFifo({ handle }: Job): LambdaHandler {
  const processor = new SqsFifoPartialProcessorAsync();
  const one = async (record: SQSRecord) => {
    const { id, data } = decode(record);
    await handle(data, id);
  };
  return async (event, context) =>
    await processPartialResponse(event, one, processor, {
      context,
      skipGroupOnError: true,
      throwOnFullBatchFailure: false,
    });
}

/** Idempotent record by record with the message id as the key, as the documentation of the batch processor shows. */
function idempotent(one: (record: SQSRecord) => Promise<void>, store: Store | undefined) {
  if (store === undefined) {
    return { wrapped: one, config: undefined };
  }
  const config = new IdempotencyConfig({ eventKeyJmesPath: "messageId" });
  const persistenceStore = new DynamoDBPersistenceLayer({ tableName: store.table, awsSdkV3Client: store.dynamodb });
  return { wrapped: makeIdempotent(one, { persistenceStore, config, keyPrefix: "powertools" }), config };
}
