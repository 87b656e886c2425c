import type { IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { AwsError, ConditionalCheckFailed } from "../../lib/local/engine/index.ts";
import { objectOf } from "../../lib/std/index.ts";
import { type MemoryAws, memoryAws } from "../../lib/testing/index.ts";
import type { CallCounter } from "./call-counter.ts";
import { type Listening, listen } from "./listening.ts";

/**
 * A table over HTTP that answers each call after a latency, however many there are at once and however much each holds, as
 * DynamoDB does: an emulator that writes one item after another on this machine would measure itself. Conditions, duplicates and
 * PartiQL have DynamoDB's own semantics.
 */
export async function startTable(table: string, latencyMs: number, counter: CallCounter): Promise<Listening> {
  const tables = memoryAws();
  tables.dynamodb.createTable(table);
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

async function answer(incoming: IncomingMessage, tables: MemoryAws, counter: CallCounter): Promise<Answer> {
  const target = String(incoming.headers["x-amz-target"] ?? "unknown");
  const operation = target.slice(target.indexOf(".") + 1);
  counter.add(`DynamoDB.${operation}`);
  const input = { ...objectOf(await json(incoming)), ReturnConsumedCapacity: "TOTAL" };
  try {
    const output = tables.perform({ service: "dynamodb", operation, input });
    counter.add(READS.has(operation) ? "Capacity.read" : "Capacity.write", unitsOf(output));
    return { status: 200, body: JSON.stringify(output) };
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    const found = error instanceof ConditionalCheckFailed ? { Item: error.Item } : {};
    const type = `com.amazonaws.dynamodb.v20120810#${error.code}`;
    return { status: 400, body: JSON.stringify({ __type: type, message: error.message, ...found }) };
  }
}

/** Operations of the contenders that consume read capacity. */
const READS: ReadonlySet<string> = new Set(["GetItem", "BatchGetItem", "Query"]);

/** The request units of an operation, as the engine reports them. A refused one consumes some, too; none is refused here. */
function unitsOf(output: object): number {
  const reported: unknown = "ConsumedCapacity" in output ? output.ConsumedCapacity : undefined;
  return [reported].flat().reduce<number>((sum, each) => sum + Number(objectOf(each).CapacityUnits ?? 0), 0);
}
