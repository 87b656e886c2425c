import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { AwsError } from "../../lib/local/engine/index.ts";
import { type DynamoDbOperation, MemoryDynamoDb } from "../../lib/testing/dynamodb/index.ts";
import type { CallCounter } from "./call-counter.ts";
import { type Listening, listen } from "./listening.ts";

/**
 * A table over HTTP that answers each call after a latency, however many there are at once and however much each holds, as
 * DynamoDB does: an emulator that writes one item after another on this machine would measure itself. Conditions, duplicates and
 * PartiQL have DynamoDB's own semantics.
 */
export async function startTable(table: string, latencyMs: number, counter: CallCounter): Promise<Listening> {
  const tables = new MemoryDynamoDb(Date.now);
  tables.createTable(table);
  return await listen((incoming, outgoing) => {
    const arrived = performance.now();
    answer(incoming, tables, counter).then(
      ({ status, body }) => {
        // The latency holds what was done here, too.
        setTimeout(
          () => {
            outgoing.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
            outgoing.end(body);
          },
          Math.max(0, latencyMs - (performance.now() - arrived)),
        );
      },
      (error: unknown) => {
        outgoing.writeHead(500);
        outgoing.end(String(error));
      },
    );
  });
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

async function answer(incoming: IncomingMessage, tables: MemoryDynamoDb, counter: CallCounter): Promise<Answer> {
  const target = String(incoming.headers["x-amz-target"] ?? "unknown");
  const operation = target.slice(target.indexOf(".") + 1);
  counter.add(`DynamoDB.${operation}`);
  const input: unknown = await json(incoming);
  try {
    return { status: 200, body: JSON.stringify(tables.call(operation as DynamoDbOperation, input)) };
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    const found = error.code === "ConditionalCheckFailedException" ? { Item: itemInTheWay(tables, input) } : {};
    const type = `com.amazonaws.dynamodb.v20120810#${error.code}`;
    return { status: 400, body: JSON.stringify({ __type: type, message: error.message, ...found }) };
  }
}

interface ConditionalWrite {
  readonly TableName?: string;
  readonly Key?: { readonly id?: { readonly S?: string } };
  readonly Item?: { readonly id?: { readonly S?: string } };
  readonly ReturnValuesOnConditionCheckFailure?: string;
}

/** What a condition failed on, for callers that ask for it: Powertools does. */
function itemInTheWay(tables: MemoryDynamoDb, input: unknown): unknown {
  const { TableName, Key, Item, ReturnValuesOnConditionCheckFailure } = input as ConditionalWrite;
  if (ReturnValuesOnConditionCheckFailure !== "ALL_OLD") {
    return undefined;
  }
  return tables.items(TableName ?? "").get((Key ?? Item)?.id?.S ?? "");
}
