import type { PutItemCommandInput, TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { MemoryAws } from "../clients/index.ts";
import { EFFECTS_TABLE } from "./options.ts";

/** The effects that handlers wrote, as the table has them: an item for each call of a handler, with how often it was written. */
export class Effects {
  readonly #aws: MemoryAws;
  #calls = 0;

  constructor(aws: MemoryAws) {
    this.#aws = aws;
  }

  /** What one call of a handler writes: counted up, so that a transaction that is carried out twice shows. */
  itemFor(subscriber: string, eventId: string): TransactWriteItem {
    this.#calls += 1;
    return {
      Update: {
        TableName: EFFECTS_TABLE,
        Key: { id: { S: `${prefixOf(subscriber, eventId)}${this.#calls}` } },
        UpdateExpression: "ADD effects :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      },
    };
  }

  /** The same without a transaction: repeating the call changes nothing, as the SDK may repeat it. */
  putFor(subscriber: string, eventId: string): PutItemCommandInput {
    this.#calls += 1;
    return {
      TableName: EFFECTS_TABLE,
      Item: { id: { S: `${prefixOf(subscriber, eventId)}${this.#calls}` }, effects: { N: "1" } },
    };
  }

  /** How often the effects of an event are in the table. */
  count(subscriber: string, eventId: string): number {
    const prefix = prefixOf(subscriber, eventId);
    let count = 0;
    for (const [key, item] of this.#aws.dynamodb.items(EFFECTS_TABLE)) {
      count += key.startsWith(prefix) ? Number(item.effects?.N ?? 0) : 0;
    }
    return count;
  }
}

function prefixOf(subscriber: string, eventId: string): string {
  return `effects/${subscriber}/${eventId}/`;
}
