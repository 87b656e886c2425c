import type { CallContext } from "../../kernel/index.ts";
import { validation } from "../errors.ts";
import { project } from "../expressions/index.ts";
import { type Page, readPage, type Source, sourceOf } from "../items/index.ts";
import { type Entry, HASH_RANGE, tieOf } from "../model/index.ts";
import type { DynamoDbState } from "../state.ts";
import { type Item, sortable, typeOf, type Value } from "../values/index.ts";
import { equalities, itemCondition } from "./key-equality.ts";
import type { SelectStatement } from "./statement.ts";

export interface Selection {
  readonly source: Source;
  readonly page: Page;
  readonly nextToken: string | undefined;
}

export interface SelectOptions {
  readonly consistent: boolean | undefined;
  readonly limit: number | undefined;
  readonly nextToken: string | undefined;
}

/** Reads by the partition key where the condition has one, else everything. @throws AwsError `ValidationException` */
export function select(
  state: DynamoDbState,
  context: CallContext,
  statement: SelectStatement,
  { consistent, limit, nextToken }: SelectOptions,
): Selection {
  const table = state.require(context, statement.table);
  const source = sourceOf(table, { IndexName: statement.index, ConsistentRead: consistent });
  const entries = entriesOf(source, statement);
  const start = nextToken === undefined ? 0 : readToken(nextToken);
  const page = readPage({
    source,
    entries: entries.slice(start),
    filter: statement.where,
    projection: undefined,
    limit,
    select: undefined,
  });
  const shape = (item: Item) => (statement.projection === undefined ? item : project(item, statement.projection));
  return {
    source,
    page: { ...page, items: page.items.map(shape) },
    nextToken: page.lastKey === undefined ? undefined : makeToken(start + page.scanned),
  };
}

/** What a statement with a whole key selects. */
export interface SelectedItem {
  readonly source: Source;
  /** Undefined if there is none, or if it does not fit the condition. */
  readonly item: Item | undefined;
  /** The item that was read for it. */
  readonly read: Item | undefined;
  /** The same for all statements on one item. */
  readonly place: string;
}

/** @throws AwsError `ValidationException` for a statement without a whole key */
export function selectOne(state: DynamoDbState, context: CallContext, statement: SelectStatement): SelectedItem {
  const table = state.require(context, statement.table);
  if (statement.index !== undefined || statement.where === undefined) {
    throw validation(
      "Select statements within BatchExecuteStatement must specify the primary key in the where clause.",
    );
  }
  const { key } = itemCondition(table, statement.where);
  const source = sourceOf(table, {});
  const entry = table.collection.get(key);
  const page = readPage({
    source,
    entries: entry === undefined ? [] : [entry],
    filter: statement.where,
    projection: statement.projection,
    limit: undefined,
    select: undefined,
  });
  return { source, item: page.items[0], read: entry?.item, place: `${table.definition.arn} ${tieOf(key)}` };
}

function entriesOf(source: Source, statement: SelectStatement): readonly Entry[] {
  const { schema, collection } = source;
  const wanted = equalities(statement.where).get(schema.partition.name);
  if (statement.order !== undefined) {
    const [name] = statement.order.by;
    if (wanted === undefined || name !== (schema.sort ?? schema.partition).name) {
      throw validation(
        "Must have WHERE clause in the statement when using ORDER BY clause, with an equality on the partition key; ORDER BY takes the sort key",
      );
    }
  }
  if (wanted === undefined) {
    return [...collection.scan({ from: 0, to: HASH_RANGE })];
  }
  const entries = collection.entriesOf(partitionOf(source, wanted));
  return statement.order?.descending === true ? entries.toReversed() : entries;
}

function partitionOf({ schema }: Source, value: Value): string {
  if (typeOf(value) !== schema.partition.type) {
    throw validation("Key attribute data type mismatch");
  }
  return sortable(value) ?? "";
}

function makeToken(position: number): string {
  return Buffer.from(`partiql ${position}`).toString("base64");
}

function readToken(token: string): number {
  const [, position] = /^partiql (\d{1,15})$/.exec(Buffer.from(token, "base64").toString("latin1")) ?? [];
  if (position === undefined) {
    throw validation("The NextToken is invalid");
  }
  return Number(position);
}
