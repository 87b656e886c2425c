import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../local/engine/index.ts";
import { validation } from "./errors.ts";
import { Expression, type Placeholders } from "./expression.ts";
import type { Item } from "./item.ts";
import type { Table } from "./table.ts";

/** One conditional write, in the form that transactions take. */
export type Write = TransactWriteItem;

/** The item that a write is about. */
export interface Target {
  readonly table: Table;
  readonly key: string;
}

/** @throws AwsError `ValidationException`, `ResourceNotFoundException` */
export function targetOf(write: Write, tableOf: (name: string | undefined) => Table): Target {
  const { Put, Update, Delete, ConditionCheck } = write;
  if (Put !== undefined) {
    const table = tableOf(Put.TableName);
    return { table, key: table.keyOf(Put.Item) };
  }
  const other = Update ?? Delete ?? ConditionCheck;
  if (other === undefined) {
    throw validation("an item of the transaction contains no write");
  }
  const table = tableOf(other.TableName);
  return { table, key: table.keyOf(other.Key) };
}

/** Whether the write's condition, if it has one, holds for the stored item. */
export function conditionHolds(write: Write, stored: Item | undefined): boolean {
  const part = write.Put ?? write.Update ?? write.Delete ?? write.ConditionCheck;
  const text = part?.ConditionExpression;
  checkPlaceholders(`${text ?? ""} ${write.Update?.UpdateExpression ?? ""}`, part as Placeholders);
  return text === undefined || new Expression(text, part as Placeholders, stored).condition();
}

/** Writes without looking at the condition. */
export function perform(write: Write, { table, key }: Target): void {
  const { Put, Update, Delete } = write;
  if (Put !== undefined) {
    table.put({ ...Put.Item });
  } else if (Delete !== undefined) {
    table.delete(key);
  } else if (Update !== undefined) {
    const stored = table.get(key) ?? { [table.keyName]: { S: key } };
    table.put(new Expression(Update.UpdateExpression ?? "", Update, stored).update());
  }
}

/** One write by itself. @throws AwsError `ConditionalCheckFailedException` */
export function applyWrite(write: Write, tableOf: (name: string | undefined) => Table): void {
  const target = targetOf(write, tableOf);
  if (!conditionHolds(write, target.table.get(target.key))) {
    throw new AwsError("ConditionalCheckFailedException", "The conditional request failed");
  }
  perform(write, target);
}

/** DynamoDB refuses names and values that no expression uses. */
function checkPlaceholders(expressions: string, placeholders: Placeholders): void {
  const used = new Set(expressions.match(/[#:][A-Za-z0-9_]+/g));
  for (const field of ["ExpressionAttributeNames", "ExpressionAttributeValues"] as const) {
    const unused = Object.keys(placeholders[field] ?? {}).filter((name) => !used.has(name));
    if (unused.length > 0) {
      throw validation(`Value provided in ${field} unused in expressions: keys: {${unused.join(", ")}}`);
    }
  }
}
