import type { TransactWriteItemsCommandInput } from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../local/engine/index.ts";
import { TransactionCanceled, validation } from "./errors.ts";
import type { Table } from "./table.ts";
import { conditionHolds, perform, targetOf } from "./write.ts";

/** Items of one transaction. Source: DynamoDB API Reference, `TransactWriteItems`. */
const MAX_ITEMS = 100;

/** How long a client request token makes a repeated transaction succeed without effect. Source: as {@link MAX_ITEMS}. */
const TOKEN_MS = 10 * 60_000;

/** `TransactWriteItems`: all writes or none, and once for each client request token. */
export class Transactions {
  readonly #now: () => number;
  readonly #tableOf: (name: string | undefined) => Table;
  readonly #tokens = new Map<string, { readonly until: number; readonly request: string }>();

  constructor(now: () => number, tableOf: (name: string | undefined) => Table) {
    this.#now = now;
    this.#tableOf = tableOf;
  }

  /** @throws AwsError `TransactionCanceledException`, `IdempotentParameterMismatchException`, `ValidationException` */
  run(given: unknown): object {
    const input = given as TransactWriteItemsCommandInput;
    const writes = input.TransactItems ?? [];
    if (writes.length === 0 || writes.length > MAX_ITEMS) {
      throw validation(`Member must have length between 1 and ${MAX_ITEMS}: ${writes.length} items`);
    }
    const request = JSON.stringify(writes);
    if (this.#isRepeated(input.ClientRequestToken, request)) {
      return {};
    }
    const targets = writes.map((write) => ({ write, ...targetOf(write, this.#tableOf) }));
    if (new Set(targets.map(({ table, key }) => `${table.name}/${key}`)).size < targets.length) {
      throw validation("Transaction request cannot include multiple operations on one item");
    }
    const reasons = targets.map(({ write, table, key }) =>
      conditionHolds(write, table.get(key))
        ? { Code: "None" }
        : { Code: "ConditionalCheckFailed", Message: "The conditional request failed" },
    );
    if (reasons.some((reason) => reason.Code !== "None")) {
      throw new TransactionCanceled(reasons);
    }
    for (const { write, table, key } of targets) {
      perform(write, { table, key });
    }
    if (input.ClientRequestToken !== undefined) {
      this.#tokens.set(input.ClientRequestToken, { until: this.#now() + TOKEN_MS, request });
    }
    return {};
  }

  #isRepeated(token: string | undefined, request: string): boolean {
    const earlier = token === undefined ? undefined : this.#tokens.get(token);
    if (earlier === undefined || earlier.until <= this.#now()) {
      return false;
    }
    if (earlier.request === request) {
      return true;
    }
    throw new AwsError(
      "IdempotentParameterMismatchException",
      "The same client request token was used with other items within 10 minutes",
    );
  }
}
