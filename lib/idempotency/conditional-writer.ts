import type { DynamoDb } from "../aws/index.ts";
import { describeError } from "../errors/index.ts";
import { transactItemOf } from "./transact-item.ts";
import type { WriteResult, Writer } from "./writer.ts";

/** Writes one item per call: the same protocol for tables without PartiQL, such as emulators in pure JavaScript. */
export function conditionalWriter({ sdk, call }: DynamoDb, table: string): Writer {
  return (writes, signal) =>
    Promise.all(
      writes.map(async (write): Promise<WriteResult> => {
        const item = transactItemOf(table, write);
        try {
          if ("Put" in item) {
            await call((client, options) => client.send(new sdk.PutItemCommand(item.Put), options), { signal });
          } else if ("Update" in item) {
            await call((client, options) => client.send(new sdk.UpdateItemCommand(item.Update), options), { signal });
          } else {
            await call((client, options) => client.send(new sdk.DeleteItemCommand(item.Delete), options), { signal });
          }
          return { status: "written" };
        } catch (error) {
          return describeError(error).name === "ConditionalCheckFailedException"
            ? { status: "refused" }
            : { status: "unavailable", error };
        }
      }),
    );
}
