import { randomUUID } from "node:crypto";
import {
  type ClaimRequest,
  type DynamoDbStoreOptions,
  dynamoDbStore,
  type IdempotencyStore,
} from "../../../lib/index.ts";
import { type Call, clientsOf, memoryAws } from "../../../lib/testing/clients/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";

export const TABLE = "tab";

export interface World {
  readonly clock: FakeClock;
  /** Calls to DynamoDB, in order. */
  readonly calls: Call[];
  readonly store: IdempotencyStore;
  /** Another store on the same table. */
  another(options?: Partial<DynamoDbStoreOptions>): Promise<IdempotencyStore>;
  request(key: string, owner?: string, leaseMs?: number): ClaimRequest;
  item(key: string): Readonly<Record<string, { readonly S?: string; readonly N?: string }>> | undefined;
  /** The result of `promise`, moving the clock from timer to timer as long as needed; and the milliseconds that took. */
  result<Value>(promise: Promise<Value>): Promise<{ value: Value; ms: number }>;
}

/** What stands between store and table: an object is the response, `undefined` lets the call through. */
export type Interfere = (call: Call, attempt: number) => object | undefined | Promise<object | undefined>;

/** A store on a table in memory, loaded, on a clock that stands still. */
export async function world(
  interfere: Interfere = () => undefined,
  options: Partial<DynamoDbStoreOptions> = {},
): Promise<World> {
  const clock = new FakeClock();
  const aws = memoryAws({ now: () => clock.now() });
  aws.dynamodb.createTable(TABLE);
  const calls: Call[] = [];
  const { dynamodb: client } = clientsOf(async (call) => {
    call.signal?.throwIfAborted();
    calls.push(call);
    return (await interfere(call, calls.length)) ?? aws.perform(call);
  });
  const another = async (more: Partial<DynamoDbStoreOptions> = {}) => {
    const store = dynamoDbStore({ table: TABLE, client, clock, ...options, ...more });
    await store.preload?.();
    calls.length = 0;
    return store;
  };
  return {
    clock,
    calls,
    another,
    store: await another(),
    request: (key, owner = randomUUID(), leaseMs = 10_000) => ({ key, owner, leaseUntil: clock.now() + leaseMs }),
    item: (key) => aws.dynamodb.item(TABLE, key),
    result: async (promise) => {
      const started = clock.now();
      let ended = false;
      const end = () => {
        ended = true;
      };
      promise.then(end, end);
      await clock.runUntil("the end of the call", () => ended);
      return { value: await promise, ms: clock.now() - started };
    },
  };
}

export const operationsOf = (calls: readonly Call[]): string[] => calls.map(({ operation }) => operation);

/** Statements of a `BatchExecuteStatement`. */
export function statementsOf(call: Call | undefined): readonly { Statement: string; Parameters: unknown[] }[] {
  return (call?.input.Statements ?? []) as { Statement: string; Parameters: unknown[] }[];
}
