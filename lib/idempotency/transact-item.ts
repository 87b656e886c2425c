import type { AttributeValue, TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { attributesOf, FIELDS, text } from "./item.ts";
import type { RecordWrite } from "./protocol/index.ts";

/** Names and values of expressions. */
interface Placeholders {
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Record<string, AttributeValue>;
}

/** A write of the protocol as an item of a transaction. */
export function transactItemOf(TableName: string, write: RecordWrite): TransactWriteItem {
  const id = { [FIELDS.key]: text(write.key) };
  if (write.kind === "insert") {
    const Item = { ...id, ...Object.fromEntries(attributesOf(write.record)) };
    return { Put: { TableName, Item, ConditionExpression: `attribute_not_exists(${FIELDS.key})` } };
  }
  const placeholders: Placeholders = { ExpressionAttributeNames: {}, ExpressionAttributeValues: {} };
  const conditions = attributesOf(write.expected).map((field) => equation(field, ":expected_", placeholders));
  const assignments = attributesOf(write.set).map((field) => equation(field, ":", placeholders));
  return {
    Update: {
      TableName,
      Key: id,
      UpdateExpression: `SET ${assignments.join(", ")}`,
      ConditionExpression: conditions.join(" AND "),
      ...placeholders,
    },
  };
}

function equation(
  [name, value]: readonly [string, AttributeValue],
  prefix: string,
  { ExpressionAttributeNames: names, ExpressionAttributeValues: values }: Placeholders,
): string {
  names[`#${name}`] = name;
  values[`${prefix}${name}`] = value;
  return `#${name} = ${prefix}${name}`;
}
