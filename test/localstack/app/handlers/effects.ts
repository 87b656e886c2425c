import { createHash } from "node:crypto";
import { DynamoDBClient, GetItemCommand, type TransactWriteItem, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { EventInfo } from "fanfare";

const client = new DynamoDBClient({});
const TableName = required("EFFECTS_TABLE");
const subscriber = required("SUBSCRIBER");

/** What an event has done: an update that counts, so that doing it twice shows. */
export function effectOf(event: EventInfo, attempt: number, text: string): TransactWriteItem {
  return {
    Update: {
      TableName,
      Key: { id: { S: `${subscriber}#${event.id}` } },
      UpdateExpression: "SET attempt = :attempt, sha256 = :sha256, #size = :size ADD times :one",
      ExpressionAttributeNames: { "#size": "size" },
      ExpressionAttributeValues: {
        ":attempt": { N: String(attempt) },
        ":sha256": { S: createHash("sha256").update(text).digest("hex") },
        ":size": { N: String(Buffer.byteLength(text)) },
        ":one": { N: "1" },
      },
    },
  };
}

/** Appends a step to what a subject has been through, in the order of processing. */
export function stepOf(subject: string, step: number): TransactWriteItem {
  return {
    Update: {
      TableName,
      Key: { id: { S: `${subscriber}#${subject}` } },
      UpdateExpression: "SET steps = list_append(if_not_exists(steps, :none), :step)",
      ExpressionAttributeValues: { ":none": { L: [] }, ":step": { L: [{ N: String(step) }] } },
    },
  };
}

/** Writes an effect outside of any transaction: what an at-least-once consumer does. */
export async function writeEffect({ Update }: TransactWriteItem): Promise<void> {
  if (Update === undefined) {
    throw new TypeError("effects are updates");
  }
  await client.send(new UpdateItemCommand(Update));
}

/** Whether a test has switched the failure of a subject on. */
export async function isSwitchedOn(subject: string): Promise<boolean> {
  const { Item } = await client.send(
    new GetItemCommand({ TableName, Key: { id: { S: `switch#${subject}` } }, ConsistentRead: true }),
  );
  return Item !== undefined;
}

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") {
    throw new Error(`${name} is not set: the stack sets it on this function`);
  }
  return value;
}
