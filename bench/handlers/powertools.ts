import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import type { SQSHandler, SQSRecord } from "aws-lambda";
import { orderSchema } from "./schema.ts";

const processor = new BatchProcessor(EventType.SQS);
const config = new IdempotencyConfig({ eventKeyJmesPath: "messageId" });
const persistenceStore = new DynamoDBPersistenceLayer({ tableName: process.env.FANFARE_IDEMPOTENCY_TABLE ?? "" });

const one = makeIdempotent(
  async (record: SQSRecord) => {
    orderSchema.parse(JSON.parse(record.body).data);
  },
  { persistenceStore, config },
);

/** Powertools batch + idempotency, as its documentation shows. */
export const handler: SQSHandler = async (event, context) => {
  config.registerLambdaContext(context);
  return await processPartialResponse(event, one, processor, { context });
};
