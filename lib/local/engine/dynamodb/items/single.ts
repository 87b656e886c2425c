import { project, readExpressions } from "../expressions/index.ts";
import { keyOfRequest } from "../model/index.ts";
import type { DynamoDbHandler } from "../operations.ts";
import { checkItem, type Item, itemSize } from "../values/index.ts";
import { Consumption, readUnits } from "./capacity.ts";
import { itemMetrics } from "./collection-metrics.ts";
import { refuseLegacy } from "./legacy.ts";
import {
  checkReturnValues,
  deleteWrite,
  perform,
  putWrite,
  required,
  returnedAttributes,
  updateWrite,
  type Write,
  type Written,
} from "./write.ts";

/** @throws AwsError `ValidationException`, `ResourceNotFoundException` */
export const getItem: DynamoDbHandler<"GetItem"> = (state, context, input) => {
  refuseLegacy(input);
  const key = checkItem(required(input.Key, "key"));
  const { projection } = readExpressions(input);
  const table = state.require(context, input.TableName);
  const item = table.get(keyOfRequest(table.schema, key));
  const consumption = new Consumption(table);
  consumption.addRead(
    readUnits(item === undefined ? 0 : itemSize(item), { consistent: input.ConsistentRead === true }),
  );
  return {
    ...(item === undefined ? {} : { Item: { ...(projection === undefined ? item : project(item, projection)) } }),
    ...capacityOf(consumption, input),
  };
};

/** @throws AwsError `ConditionalCheckFailedException`, `ValidationException`, `ResourceNotFoundException` */
export const putItem: DynamoDbHandler<"PutItem"> = (state, context, input) => {
  refuseLegacy(input);
  checkReturnValues(input.ReturnValues, ["NONE", "ALL_OLD"]);
  const write = putWrite(state, context, input);
  return respond(input, write, perform(state, write, failureOptions(input)));
};

/** @throws AwsError `ConditionalCheckFailedException`, `ValidationException`, `ResourceNotFoundException` */
export const deleteItem: DynamoDbHandler<"DeleteItem"> = (state, context, input) => {
  refuseLegacy(input);
  checkReturnValues(input.ReturnValues, ["NONE", "ALL_OLD"]);
  const write = deleteWrite(state, context, input);
  return respond(input, write, perform(state, write, failureOptions(input)));
};

/** @throws AwsError `ConditionalCheckFailedException`, `ValidationException`, `ResourceNotFoundException` */
export const updateItem: DynamoDbHandler<"UpdateItem"> = (state, context, input) => {
  refuseLegacy(input);
  checkReturnValues(input.ReturnValues, ["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"]);
  const write = updateWrite(state, context, input);
  return respond(input, write, perform(state, write, failureOptions(input)));
};

type WriteInput = Parameters<typeof putItem>[2] | Parameters<typeof updateItem>[2];

function failureOptions({ ReturnValuesOnConditionCheckFailure }: WriteInput): { returnItem: boolean } {
  return { returnItem: ReturnValuesOnConditionCheckFailure === "ALL_OLD" };
}

function respond(input: WriteInput, write: Write, written: Written) {
  const attributes: Item | undefined = returnedAttributes(input.ReturnValues, write, written);
  const consumption = new Consumption(write.table);
  consumption.addWrite(written.before, written.after);
  const metrics = itemMetrics(write.table, written, input.ReturnItemCollectionMetrics);
  return {
    ...(attributes === undefined ? {} : { Attributes: { ...attributes } }),
    ...capacityOf(consumption, input),
    ...(metrics === undefined ? {} : { ItemCollectionMetrics: metrics }),
  };
}

function capacityOf(
  consumption: Consumption,
  { ReturnConsumedCapacity }: Pick<WriteInput, "ReturnConsumedCapacity">,
): { ConsumedCapacity?: NonNullable<ReturnType<Consumption["report"]>> } {
  const report = consumption.report(ReturnConsumedCapacity);
  return report === undefined ? {} : { ConsumedCapacity: report };
}
