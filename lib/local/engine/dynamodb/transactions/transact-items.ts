import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { CallContext } from "../../kernel/index.ts";
import { validation } from "../errors.ts";
import { project, readExpressions } from "../expressions/index.ts";
import { Consumptions, checkOnly, deleteWrite, putWrite, readUnits, required, updateWrite } from "../items/index.ts";
import { keyOfRequest, tieOf } from "../model/index.ts";
import type { DynamoDbHandler } from "../operations.ts";
import type { DynamoDbState } from "../state.ts";
import { checkItem, itemSize } from "../values/index.ts";
import { checkActions, runTransaction, TRANSACTION_FACTOR, type TransactionWrite } from "./run.ts";
import { once } from "./tokens.ts";

/**
 * All writes or none, and once for each client request token.
 *
 * @throws AwsError `TransactionCanceledException`, `IdempotentParameterMismatchException`, `ValidationException`,
 *   `ResourceNotFoundException`
 */
export const transactWriteItems: DynamoDbHandler<"TransactWriteItems"> = (state, context, input) => {
  const items = required(input.TransactItems, "transactItems");
  checkActions("transactItems", items.length);
  const respond = (consumptions: Consumptions, kind: "ReadCapacityUnits" | "WriteCapacityUnits") => {
    const report = consumptions.report(input.ReturnConsumedCapacity, kind);
    return report === undefined ? {} : { ConsumedCapacity: report };
  };
  return once(state, context, {
    token: input.ClientRequestToken,
    request: items,
    work: () => {
      const actions = items.map((item) => actionOf(state, context, item));
      return respond(runTransaction(state, actions), "WriteCapacityUnits");
    },
    // The items are only read then.
    again: () => {
      const consumptions = new Consumptions();
      for (const { write } of items.map((item) => actionOf(state, context, item))) {
        const item = write.table.get(write.key);
        const units = readUnits(item === undefined ? 0 : itemSize(item), { consistent: true });
        consumptions.of(write.table).addRead(TRANSACTION_FACTOR * units);
      }
      return respond(consumptions, "ReadCapacityUnits");
    },
  });
};

function actionOf(state: DynamoDbState, context: CallContext, item: TransactWriteItem): TransactionWrite {
  const { Put, Update, Delete, ConditionCheck } = item;
  const given = [Put, Update, Delete, ConditionCheck].filter((part) => part !== undefined);
  const [part] = given;
  if (part === undefined || given.length > 1) {
    throw validation("TransactItems can only contain one of Check, Put, Update or Delete");
  }
  const write =
    Put !== undefined
      ? putWrite(state, context, Put)
      : Update !== undefined
        ? updateWrite(state, context, Update)
        : Delete !== undefined
          ? deleteWrite(state, context, Delete)
          : checkOnly(state, context, ConditionCheck ?? {});
  return { write, returnsItem: part.ReturnValuesOnConditionCheckFailure === "ALL_OLD" };
}

/** @throws AwsError `ValidationException`, `ResourceNotFoundException` */
export const transactGetItems: DynamoDbHandler<"TransactGetItems"> = (state, context, input) => {
  const items = required(input.TransactItems, "transactItems");
  checkActions("transactItems", items.length);
  const reads = items.map(({ Get }, index) => {
    const get = required(Get, `transactItems.${index + 1}.member.get`);
    const key = checkItem(required(get.Key, `transactItems.${index + 1}.member.get.key`));
    const { projection } = readExpressions(get);
    const table = state.require(context, get.TableName);
    return { table, place: keyOfRequest(table.schema, key), projection };
  });
  const places = reads.map(({ table, place }) => `${table.definition.arn} ${tieOf(place)}`);
  if (new Set(places).size < places.length) {
    throw validation("Transaction request cannot include multiple operations on one item");
  }
  const consumptions = new Consumptions();
  const responses = reads.map(({ table, place, projection }) => {
    const item = table.get(place);
    const units = readUnits(item === undefined ? 0 : itemSize(item), { consistent: true });
    consumptions.of(table).addRead(TRANSACTION_FACTOR * units);
    return item === undefined ? {} : { Item: { ...(projection === undefined ? item : project(item, projection)) } };
  });
  const report = consumptions.report(input.ReturnConsumedCapacity, "ReadCapacityUnits");
  return { Responses: responses, ...(report === undefined ? {} : { ConsumedCapacity: report }) };
};
