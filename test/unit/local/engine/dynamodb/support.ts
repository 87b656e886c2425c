import type { CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import {
  DynamoDbEngine,
  type DynamoDbOperation,
  type DynamoDbOperations,
} from "../../../../../lib/local/engine/index.ts";

export const CONTEXT = { region: "eu-central-1", accountId: "000000000000" };

export const S = (value: string) => ({ S: value });
export const N = (value: number | string) => ({ N: String(value) });

/** An engine on a clock that stands still until `wait` moves it. */
export function engine(start = Date.UTC(2026, 0, 1)) {
  let now = start;
  let draws = 0;
  const environment = {
    now: () => now,
    random: () => {
      draws = (draws * 16_807 + 11) % 2_147_483_647;
      return draws / 2_147_483_647;
    },
  };
  const made = new DynamoDbEngine({ environment });
  return {
    engine: made,
    now: () => now,
    wait: (ms: number) => {
      now += ms;
    },
    call: <O extends DynamoDbOperation>(operation: O, input: DynamoDbOperations[O]["input"]) =>
      made.call(CONTEXT, operation, input),
  };
}

/** An engine with the table `tab`: the key `id` of type S, and what is given. */
export function withTable(more: Partial<CreateTableCommandInput> = {}) {
  const world = engine();
  world.call("CreateTable", {
    TableName: "tab",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    ...more,
  });
  return {
    ...world,
    item: (key: string) => world.call("GetItem", { TableName: "tab", Key: { id: S(key) } }).Item,
    put: (Item: Record<string, ReturnType<typeof S> | ReturnType<typeof N>>) =>
      world.call("PutItem", { TableName: "tab", Item }),
  };
}
