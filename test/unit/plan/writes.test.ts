import { expect, test } from "vitest";
import { type ConsumeOptions, consume, dynamoDbStore, type HandlerContext } from "../../../lib/index.ts";
import { WRITES } from "../../../lib/plan/index.ts";
import { clientsOf, memoryAws } from "../../../lib/testing/clients/index.ts";
import { context, contract, DEAD_LETTER_QUEUES, envelope, type Orders, record, silent } from "../consume/support.ts";

const TABLE = "table";
const EVENTS = 7;

/** DynamoDB in memory that adds up the capacity it consumes. */
function meteredTable() {
  const aws = memoryAws();
  aws.dynamodb.createTable(TABLE);
  let units = 0;
  const { dynamodb } = clientsOf(async (call) => {
    const output = aws.perform({ ...call, input: { ...call.input, ReturnConsumedCapacity: "TOTAL" } });
    const { ConsumedCapacity } = output as { ConsumedCapacity?: unknown };
    units += [ConsumedCapacity].flat().reduce<number>((sum, each) => sum + Number(Object(each).CapacityUnits), 0);
    return output;
  });
  return { dynamodb, units: () => units };
}

const commits = ({ commit, event }: HandlerContext) =>
  commit([{ Put: { TableName: TABLE, Item: { id: { S: event.id } } } }]);

/** Write units of the item that a committing handler writes: two, because it is in a transaction. */
const OWN_ITEM = 2;

test.each<[keyof typeof WRITES, ConsumeOptions<Orders>, commits: boolean]>([
  ["at-least-once", { guarantee: "at-least-once" }, false],
  ["at-most-once", { guarantee: "at-most-once", deadLetterQueues: DEAD_LETTER_QUEUES }, false],
  ["exactly-once", { guarantee: "exactly-once" }, false],
  ["commit", { guarantee: "exactly-once" }, true],
  ["claim-with-commit", { guarantee: "exactly-once", claim: "with-commit" }, true],
])("an event takes the write units that are planned for %s", async (guarantee, options, isCommitting) => {
  const { dynamodb, units } = meteredTable();
  const handler = consume(
    contract,
    { Placed: async (_, ctx) => void (isCommitting && (await commits(ctx))) },
    {
      consumer: "billing",
      store: dynamoDbStore({ table: TABLE, client: dynamodb }),
      logger: silent,
      backoff: false,
      ...options,
    },
  );
  const records = Array.from({ length: EVENTS }, (_, index) => record(envelope(`e-${index}`)));
  expect(await handler({ Records: records }, context())).toEqual({ batchItemFailures: [] });
  expect(units() / EVENTS - (isCommitting ? OWN_ITEM : 0)).toBe(WRITES[guarantee]);
});
