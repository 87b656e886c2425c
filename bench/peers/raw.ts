import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { schemas } from "../support/contract.ts";
import type { Job, LambdaHandler } from "./job.ts";

/** What someone writes who needs no library: parse, validate, handle, report. The floor. */
export function rawParallel({ handle }: Job): LambdaHandler {
  return async (event): Promise<SQSBatchResponse> => {
    const results = await Promise.allSettled(
      event.Records.map(async (record) => {
        const { id, data } = decode(record);
        await handle(data, id);
      }),
    );
    const batchItemFailures = event.Records.filter((_, index) => results[index]?.status === "rejected").map(
      (record) => ({ itemIdentifier: record.messageId }),
    );
    return { batchItemFailures };
  };
}

/** Groups beside each other, the records of a group one after another, the rest of a group after its first failure reported. */
export function rawGroups({ handle }: Job): LambdaHandler {
  return async (event): Promise<SQSBatchResponse> => {
    const groups = Map.groupBy(event.Records, (record) => record.attributes.MessageGroupId);
    const failed = await Promise.all(
      [...groups.values()].map(async (records) => {
        for (const [index, record] of records.entries()) {
          try {
            const { id, data } = decode(record);
            await handle(data, id);
          } catch {
            return records.slice(index);
          }
        }
        return [];
      }),
    );
    return { batchItemFailures: failed.flat().map((record) => ({ itemIdentifier: record.messageId })) };
  };
}

/** Reads a record's envelope by hand. @throws Error for what is not one */
export function decode(record: SQSRecord): { id: string; data: object } {
  const envelope: unknown = JSON.parse(record.body);
  if (typeof envelope !== "object" || envelope === null) {
    throw new Error("not an object");
  }
  const { specversion, id, source, type, data } = envelope as Record<string, unknown>;
  if (specversion !== "1.0" || typeof id !== "string" || typeof source !== "string" || typeof type !== "string") {
    throw new Error("not an envelope");
  }
  const schema = Object.hasOwn(schemas, type) ? schemas[type as keyof typeof schemas] : undefined;
  if (schema === undefined) {
    throw new Error(`unknown type ${type}`);
  }
  return { id, data: schema.parse(data) };
}
