import type { CallLimits, DynamoDb } from "../aws/index.ts";
import { describeError } from "../errors/index.ts";
import { CLAIMED, DONE, FIELDS, number, text } from "./item.ts";
import type { WriteResult, Writer } from "./writer.ts";

/** The names of placeholders. DynamoDB refuses those that an expression does not use. */
const OWNER_AND_STATE = { "#owner": FIELDS.owner, "#state": FIELDS.state };
const OWNER_STATE_AND_LEASE = { ...OWNER_AND_STATE, "#lease": FIELDS.lease };

/** Writes one item per call: the same protocol for tables without PartiQL, such as emulators in pure JavaScript. */
export function conditionalWriter({ sdk, call }: DynamoDb, table: string): Writer {
  /** One call per entry, side by side. */
  function each<Entry>(
    entries: readonly Entry[],
    signal: AbortSignal | undefined,
    send: (entry: Entry, limits: CallLimits) => Promise<unknown>,
  ): Promise<readonly WriteResult[]> {
    return Promise.all(
      entries.map(async (entry): Promise<WriteResult> => {
        try {
          await send(entry, { signal });
          return { status: "written" };
        } catch (error) {
          return describeError(error).name === "ConditionalCheckFailedException"
            ? { status: "refused" }
            : { status: "unavailable", error };
        }
      }),
    );
  }
  const at = (key: string) => ({ TableName: table, Key: { [FIELDS.key]: text(key) } });

  return {
    insert: (items, signal) =>
      each(items, signal, (item, limits) =>
        call(
          (client, options) =>
            client.send(
              new sdk.PutItemCommand({
                TableName: table,
                Item: {
                  [FIELDS.key]: text(item.key),
                  [FIELDS.owner]: text(item.owner),
                  [FIELDS.state]: text(item.done ? DONE : CLAIMED),
                  [FIELDS.lease]: number(item.leaseUntil),
                  [FIELDS.expiry]: number(item.expiresAt),
                },
                ConditionExpression: `attribute_not_exists(${FIELDS.key})`,
              }),
              options,
            ),
          limits,
        ),
      ),
    discard: (items, signal) =>
      each(items, signal, ({ key, seen }, limits) =>
        call(
          (client, options) =>
            client.send(
              new sdk.DeleteItemCommand({
                ...at(key),
                ConditionExpression: "#owner = :owner AND #lease = :lease AND #state = :state",
                ExpressionAttributeNames: OWNER_STATE_AND_LEASE,
                ExpressionAttributeValues: {
                  ":owner": text(seen.owner),
                  ":lease": number(seen.leaseUntil),
                  ":state": text(seen.done ? DONE : CLAIMED),
                },
              }),
              options,
            ),
          limits,
        ),
      ),
    complete: (claims, signal) =>
      each(claims, signal, ({ key, owner }, limits) =>
        call(
          (client, options) =>
            client.send(
              new sdk.UpdateItemCommand({
                ...at(key),
                UpdateExpression: "SET #state = :done",
                ConditionExpression: "#owner = :owner",
                ExpressionAttributeNames: OWNER_AND_STATE,
                ExpressionAttributeValues: { ":done": text(DONE), ":owner": text(owner) },
              }),
              options,
            ),
          limits,
        ),
      ),
    release: (claims, signal) =>
      each(claims, signal, ({ key, owner }, limits) =>
        call(
          (client, options) =>
            client.send(
              new sdk.DeleteItemCommand({
                ...at(key),
                ConditionExpression: "#owner = :owner AND #state = :claimed",
                ExpressionAttributeNames: OWNER_AND_STATE,
                ExpressionAttributeValues: { ":owner": text(owner), ":claimed": text(CLAIMED) },
              }),
              options,
            ),
          limits,
        ),
      ),
  };
}
