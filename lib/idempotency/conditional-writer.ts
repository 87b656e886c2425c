import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describeError } from "../errors/index.ts";
import { CLAIMED, DONE, FIELDS, type NewItem, number, text } from "./item.ts";
import type { WriteOutcome, Writer } from "./writer.ts";

const NAMES = { "#owner": FIELDS.owner, "#state": FIELDS.state, "#lease": FIELDS.lease };

/** The names of the given placeholders: DynamoDB refuses those that an expression does not use. */
function names(...used: (keyof typeof NAMES)[]): Record<string, string> {
  return Object.fromEntries(used.map((placeholder) => [placeholder, NAMES[placeholder]]));
}

/**
 * Writes one item a call with conditions. The same protocol for stores without PartiQL, such as emulators in pure JavaScript.
 */
export function conditionalWriter(
  sdk: typeof import("./dynamodb-store.sdk.ts"),
  client: DynamoDBClient,
  table: string,
): Writer {
  async function write(send: () => Promise<unknown>): Promise<WriteOutcome> {
    try {
      await send();
      return { status: "written" };
    } catch (error) {
      return describeError(error).name === "ConditionalCheckFailedException"
        ? { status: "refused" }
        : { status: "unavailable", error };
    }
  }
  const abort = (signal: AbortSignal | undefined) => (signal === undefined ? {} : { abortSignal: signal });
  const itemOf = (item: NewItem) => ({
    [FIELDS.key]: text(item.key),
    [FIELDS.owner]: text(item.owner),
    [FIELDS.state]: text(item.done ? DONE : CLAIMED),
    [FIELDS.lease]: number(item.leaseUntil),
    [FIELDS.expiry]: number(item.expiresAt),
  });

  return {
    insert: (items, signal) =>
      Promise.all(
        items.map((item) =>
          write(() =>
            client.send(
              new sdk.PutItemCommand({
                TableName: table,
                Item: itemOf(item),
                ConditionExpression: `attribute_not_exists(${FIELDS.key})`,
              }),
              abort(signal),
            ),
          ),
        ),
      ),
    discard: (items, signal) =>
      Promise.all(
        items.map(({ key, seen }) =>
          write(() =>
            client.send(
              new sdk.DeleteItemCommand({
                TableName: table,
                Key: { [FIELDS.key]: text(key) },
                ConditionExpression: "#owner = :owner AND #lease = :lease AND #state = :state",
                ExpressionAttributeNames: names("#owner", "#lease", "#state"),
                ExpressionAttributeValues: {
                  ":owner": text(seen.owner),
                  ":lease": number(seen.leaseUntil),
                  ":state": text(seen.done ? DONE : CLAIMED),
                },
              }),
              abort(signal),
            ),
          ),
        ),
      ),
    complete: (claims, signal) =>
      Promise.all(
        claims.map((claim) =>
          write(() =>
            client.send(
              new sdk.UpdateItemCommand({
                TableName: table,
                Key: { [FIELDS.key]: text(claim.key) },
                UpdateExpression: "SET #state = :done",
                ConditionExpression: "#owner = :owner",
                ExpressionAttributeNames: names("#owner", "#state"),
                ExpressionAttributeValues: { ":done": text(DONE), ":owner": text(claim.owner) },
              }),
              abort(signal),
            ),
          ),
        ),
      ),
    release: (claims, signal) =>
      Promise.all(
        claims.map((claim) =>
          write(() =>
            client.send(
              new sdk.DeleteItemCommand({
                TableName: table,
                Key: { [FIELDS.key]: text(claim.key) },
                ConditionExpression: "#owner = :owner AND #state = :claimed",
                ExpressionAttributeNames: names("#owner", "#state"),
                ExpressionAttributeValues: { ":owner": text(claim.owner), ":claimed": text(CLAIMED) },
              }),
              abort(signal),
            ),
          ),
        ),
      ),
  };
}
