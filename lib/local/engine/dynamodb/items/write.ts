import type { ReturnValue } from "@aws-sdk/client-dynamodb";
import type { CallContext } from "../../kernel/index.ts";
import { ConditionalCheckFailed, constraint, invalidParameters, validation } from "../errors.ts";
import {
  applyUpdate,
  type Condition,
  type ExpressionInput,
  holds,
  type Path,
  project,
  readExpressions,
  type UpdateAction,
} from "../expressions/index.ts";
import { LIMITS } from "../limits.ts";
import { checkIndexKeys, keyNames, keyOfItem, keyOfRequest, type StoredKey, type Table } from "../model/index.ts";
import type { DynamoDbState } from "../state.ts";
import { attributeOf, checkAttributes, checkItem, type Item, itemSize } from "../values/index.ts";

/** One write of one item, checked and not yet done: alone, in a batch, in a transaction or by a statement. */
export interface Write {
  readonly table: Table;
  readonly key: StoredKey;
  readonly condition: Condition | undefined;
  /** The item after it; undefined deletes it. @throws AwsError `ValidationException` where the item does not fit an update */
  next(before: Item | undefined): Item | undefined;
  /** The places that an update touches. */
  readonly touched: readonly Path[];
}

type Input = ExpressionInput & { readonly TableName?: string | undefined };

/** @throws AwsError `ValidationException`, `ResourceNotFoundException` */
export function putWrite(
  state: DynamoDbState,
  context: CallContext,
  input: Input & { Item?: Item | undefined },
): Write {
  const item = checkItem(required(input.Item, "item"));
  const { condition } = readExpressions(input);
  return { ...putting(state.require(context, input.TableName), item), condition };
}

/** A put of an item whose values were checked. @throws AwsError `ValidationException` if it does not fit the table */
export function putting(table: Table, item: Item): Write {
  checkSize(item, "Item size has exceeded the maximum allowed size");
  const key = keyOfItem(table.schema, item);
  checkIndexes(table, item);
  return { table, key, condition: undefined, next: () => item, touched: [] };
}

type KeyInput = Input & { readonly Key?: Item | undefined };

/** @throws AwsError `ValidationException`, `ResourceNotFoundException` */
export function deleteWrite(state: DynamoDbState, context: CallContext, input: KeyInput): Write {
  const given = checkItem(required(input.Key, "key"));
  const { condition } = readExpressions(input);
  const table = state.require(context, input.TableName);
  return { table, key: keyOfRequest(table.schema, given), condition, next: () => undefined, touched: [] };
}

/** A condition alone: the item stays as it is. @throws AwsError `ValidationException`, `ResourceNotFoundException` */
export function checkOnly(state: DynamoDbState, context: CallContext, input: KeyInput): Write {
  required(input.ConditionExpression, "conditionExpression");
  return { ...deleteWrite(state, context, input), next: (before) => before };
}

/** @throws AwsError `ValidationException`, `ResourceNotFoundException` */
export function updateWrite(state: DynamoDbState, context: CallContext, input: KeyInput): Write {
  const given = checkItem(required(input.Key, "key"));
  const { condition, update = [] } = readExpressions(input);
  const table = state.require(context, input.TableName);
  const key = keyOfRequest(table.schema, given);
  return { table, key, condition, ...updating(table, given, update) };
}

/** An update of the item with a key. @throws AwsError `ValidationException` if it would change the key */
export function updating(
  table: Table,
  keyAttributes: Item,
  actions: readonly UpdateAction[],
): Pick<Write, "next" | "touched"> {
  const names = keyNames(table.schema);
  for (const { path } of actions) {
    if (names.includes(path[0])) {
      throw invalidParameters(`Cannot update attribute ${path[0]}. This attribute is part of the key`);
    }
  }
  return {
    touched: actions.map(({ path }) => path),
    next(before) {
      const item = checkAttributes(
        applyUpdate(before ?? keyAttributes, actions),
        actions.map(({ path }) => path[0]),
      );
      checkSize(item, "Item size to update has exceeded the maximum allowed size");
      checkIndexes(table, item);
      return item;
    },
  };
}

/** The outcome of a write. */
export interface Written {
  readonly before: Item | undefined;
  readonly after: Item | undefined;
}

/** Checks the condition and writes. @throws AwsError `ConditionalCheckFailedException`, `ValidationException` */
export function perform(
  state: DynamoDbState,
  write: Write,
  { returnItem = false }: { returnItem?: boolean } = {},
): Written {
  const { table, key, condition } = write;
  const before = table.get(key);
  if (condition !== undefined && !holds(condition, before)) {
    throw new ConditionalCheckFailed(returnItem && before !== undefined ? { ...before } : undefined);
  }
  const after = write.next(before);
  state.write(table, key, after);
  return { before, after };
}

/** The attributes that a response returns. */
export function returnedAttributes(
  wanted: ReturnValue | undefined,
  { touched }: Pick<Write, "touched">,
  { before, after }: Written,
): Item | undefined {
  switch (wanted) {
    case "ALL_OLD":
      return before;
    case "ALL_NEW":
      return after;
    case "UPDATED_OLD":
      return before === undefined ? undefined : nonEmpty(project(before, touched));
    case "UPDATED_NEW":
      return after === undefined ? undefined : nonEmpty(project(after, touched));
    default:
      return undefined;
  }
}

/** @throws AwsError `ValidationException` for values that the operation does not return */
export function checkReturnValues(wanted: string | undefined, allowed: readonly string[]): void {
  const all = ["ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"];
  if (wanted === undefined || allowed.includes(wanted)) {
    return;
  }
  throw all.includes(wanted)
    ? validation("ReturnValues can only be ALL_OLD or NONE")
    : constraint("returnValues", wanted, `satisfy enum value set: [${all.join(", ")}]`);
}

export function required<T>(value: T | undefined, field: string): T {
  if (value === undefined || value === null) {
    throw constraint(field, undefined, "not be null");
  }
  return value;
}

function nonEmpty(item: Item): Item | undefined {
  return Object.keys(item).length === 0 ? undefined : item;
}

function checkSize(item: Item, message: string): void {
  if (itemSize(item) > LIMITS.itemBytes) {
    throw validation(message);
  }
}

function checkIndexes(table: Table, item: Item): void {
  for (const [name, index] of table.indexes) {
    if (keyNames(index.schema).some((key) => attributeOf(item, key) !== undefined)) {
      checkIndexKeys(name, index.schema, item);
    }
  }
}
