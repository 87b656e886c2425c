import { type DynamoDBClient, type TransactWriteItem, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import type { SQSRecord } from "aws-lambda";
import { type Delivery, envelope } from "../harness/index.ts";

/** Reads a record as users do where the wrapper leaves it to them. @throws for bodies of another shape */
export function readRecord(record: SQSRecord): { id: string; data: Delivery["data"] } {
  return envelope.parse(JSON.parse(record.body));
}

/** What a handler gets where the wrapper adds nothing of its own: errors are thrown, effects are written by one's own client. */
export function plainDelivery(
  event: { id: string; data: Delivery["data"] },
  messageId: string,
  dynamodb: DynamoDBClient,
  signal?: AbortSignal,
): Delivery {
  return {
    id: event.id,
    messageId,
    data: event.data,
    signal,
    commit: async (items: TransactWriteItem[]) => {
      await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: items }));
    },
    permanent: (reason) => {
      throw new Error(reason);
    },
    retryIn: (seconds) => {
      throw new Error(`retry in ${seconds} s`);
    },
  };
}
