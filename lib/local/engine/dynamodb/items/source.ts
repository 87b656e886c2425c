import { invalidParameters, validation } from "../errors.ts";
import type { Path } from "../expressions/index.ts";
import {
  type Collection,
  type Entry,
  type Index,
  type KeySchema,
  keyNames,
  keyOfRequest,
  type Table,
  tieOf,
} from "../model/index.ts";
import { type Item, pick } from "../values/index.ts";

/** What a query or scan reads: a table, or one of its indexes. */
export interface Source {
  readonly table: Table;
  readonly index: Index | undefined;
  readonly schema: KeySchema;
  readonly collection: Collection;
}

interface ReadInput {
  readonly IndexName?: string | undefined;
  readonly ConsistentRead?: boolean | undefined;
  readonly Select?: string | undefined;
  readonly ProjectionExpression?: string | undefined;
}

/** @throws AwsError `ValidationException` for an index that is not there or cannot be read so */
export function sourceOf(table: Table, input: ReadInput): Source {
  const { IndexName, ConsistentRead } = input;
  checkSelect(input);
  if (IndexName === undefined) {
    return { table, index: undefined, schema: table.schema, collection: table.collection };
  }
  const index = table.requireIndex(IndexName);
  const isGlobal = index.definition.kind === "global";
  if (isGlobal && ConsistentRead === true) {
    throw validation("Consistent reads are not supported on global secondary indexes");
  }
  if (isGlobal && input.Select === "ALL_ATTRIBUTES" && index.projected !== undefined) {
    throw invalidParameters(
      `Select type ALL_ATTRIBUTES is not supported for global secondary index ${IndexName} because its projection type is not ALL`,
    );
  }
  return { table, index, schema: index.schema, collection: index.collection };
}

function checkSelect({ Select, IndexName, ProjectionExpression }: ReadInput): void {
  if (Select === undefined) {
    return;
  }
  if (Select === "ALL_PROJECTED_ATTRIBUTES" && IndexName === undefined) {
    throw invalidParameters("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName");
  }
  if (Select === "SPECIFIC_ATTRIBUTES" && ProjectionExpression === undefined) {
    throw invalidParameters(
      "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
    );
  }
  if (Select !== "SPECIFIC_ATTRIBUTES" && ProjectionExpression !== undefined) {
    throw validation(`Cannot specify the ProjectionExpression when choosing to get ${Select}`);
  }
}

/** The attributes of an item that a read through this source sees. A local index fetches what it lacks from its table. */
export function visibleOf({ index }: Source, wanted: Pick<ReadInput, "Select"> & { readonly projection?: unknown }) {
  const projected = index?.projected;
  const fetches =
    index?.definition.kind === "local" && (wanted.Select === "ALL_ATTRIBUTES" || wanted.projection !== undefined);
  return (item: Item): Item => (projected === undefined || fetches ? item : pick(item, projected));
}

/** @throws AwsError `ValidationException` for attributes that a global index does not hold */
export function checkProjected({ index }: Source, paths: readonly Path[] | undefined): void {
  const projected = index?.projected;
  if (index === undefined || index.definition.kind === "local" || projected === undefined) {
    return;
  }
  const missing = (paths ?? []).map(([name]) => name).filter((name) => !projected.includes(name));
  if (missing.length > 0) {
    throw invalidParameters(`Global secondary index ${index.definition.name} does not project [${missing.join(", ")}]`);
  }
}

/** The key by which a later call goes on behind an item. */
export function lastKeyOf({ table, schema }: Source, item: Item): Item {
  return pick(item, [...keyNames(schema), ...keyNames(table.schema)]);
}

/** The place that an `ExclusiveStartKey` means. @throws AwsError `ValidationException` */
export function startOf(source: Source, key: Item | undefined): Pick<Entry, "key" | "tie"> | undefined {
  if (key === undefined) {
    return undefined;
  }
  const { table, schema, index } = source;
  const names = new Set([...keyNames(schema), ...keyNames(table.schema)]);
  if (Object.keys(key).length !== names.size || Object.keys(key).some((name) => !names.has(name))) {
    throw validation("The provided starting key is invalid");
  }
  try {
    const place = keyOfRequest(schema, pick(key, keyNames(schema)));
    const own = keyOfRequest(table.schema, pick(key, keyNames(table.schema)));
    return { key: place, tie: index === undefined ? "" : tieOf(own) };
  } catch {
    throw validation("The provided starting key is invalid: The provided key element does not match the schema");
  }
}
