import type { SQSHandler } from "aws-lambda";
import { orderSchema } from "./schema.ts";

/** By hand, without idempotency: what cannot be undercut. */
export const handler: SQSHandler = async (event) => {
  const results = await Promise.allSettled(
    event.Records.map(async (record) => orderSchema.parse(JSON.parse(record.body).data)),
  );
  const failed = event.Records.filter((_, index) => results[index]?.status === "rejected");
  return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) };
};
