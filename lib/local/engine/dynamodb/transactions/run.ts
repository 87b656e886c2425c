import type { CancellationReason } from "@aws-sdk/client-dynamodb";
import { AwsError } from "../../kernel/index.ts";
import { constraint, TransactionCanceled, validation } from "../errors.ts";
import { holds } from "../expressions/index.ts";
import { Consumptions, type Write } from "../items/index.ts";
import { LIMITS } from "../limits.ts";
import { tieOf } from "../model/index.ts";
import type { DynamoDbState } from "../state.ts";
import { type Item, itemSize } from "../values/index.ts";

/** Transactional reads and writes cost twice as much. Source: Developer Guide, "DynamoDB transactions". */
export const TRANSACTION_FACTOR = 2;

/** A write of a transaction. */
export interface TransactionWrite {
  readonly write: Write;
  /** Whether the reason of a failed condition carries the item. */
  readonly returnsItem: boolean;
  /** What fails for a reason of its own, before the condition is looked at. */
  readonly refuse?: (before: Item | undefined) => CancellationReason | undefined;
}

/** @throws AwsError `ValidationException` */
export function checkActions(field: string, count: number): void {
  if (count < 1 || count > LIMITS.transactionActions) {
    const rule = count < 1 ? "greater than or equal to 1" : `less than or equal to ${LIMITS.transactionActions}`;
    throw constraint(field, `${count} actions`, `have length ${rule}`);
  }
}

/** All writes or none. @throws AwsError `TransactionCanceledException` with a reason for each, `ValidationException` */
export function runTransaction(state: DynamoDbState, actions: readonly TransactionWrite[]): Consumptions {
  const places = actions.map(({ write }) => `${write.table.definition.arn} ${tieOf(write.key)}`);
  if (new Set(places).size < places.length) {
    throw validation("Transaction request cannot include multiple operations on one item");
  }
  const outcomes = actions.map(outcomeOf);
  if (outcomes.some(({ reason }) => reason.Code !== "None")) {
    throw new TransactionCanceled(outcomes.map(({ reason }) => reason));
  }
  const bytes = outcomes.reduce((sum, { after }) => sum + (after === undefined ? 0 : itemSize(after)), 0);
  if (bytes > LIMITS.transactionBytes) {
    throw validation("Transaction size exceeded: the items of a transaction are at most 4 MB together");
  }
  const consumptions = new Consumptions();
  for (const [index, { write }] of actions.entries()) {
    const before = write.table.get(write.key);
    const after = outcomes[index]?.after;
    if (before !== after) {
      state.write(write.table, write.key, after);
    }
    consumptions.of(write.table).addWrite(before, after, TRANSACTION_FACTOR);
  }
  return consumptions;
}

function outcomeOf({ write, returnsItem, refuse }: TransactionWrite): {
  readonly reason: CancellationReason;
  readonly after?: Item | undefined;
} {
  const before = write.table.get(write.key);
  const refusal = refuse?.(before);
  if (refusal !== undefined) {
    return { reason: refusal };
  }
  if (write.condition !== undefined && !holds(write.condition, before)) {
    return { reason: failedCondition(returnsItem ? before : undefined) };
  }
  try {
    return { reason: { Code: "None" }, after: write.next(before) };
  } catch (error) {
    if (error instanceof AwsError) {
      return { reason: { Code: "ValidationError", Message: error.message } };
    }
    throw error;
  }
}

function failedCondition(item: Item | undefined): CancellationReason {
  return {
    Code: "ConditionalCheckFailed",
    Message: "The conditional request failed",
    ...(item === undefined ? {} : { Item: { ...item } }),
  };
}
