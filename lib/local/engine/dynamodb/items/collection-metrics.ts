import type { ItemCollectionMetrics } from "@aws-sdk/client-dynamodb";
import { keyOfItem, type Table } from "../model/index.ts";
import { attributeOf, type Item, itemSize } from "../values/index.ts";

const GIB = 1024 ** 3;

/**
 * The size of the item collection that a write has changed, for tables with local secondary indexes.
 * Source: Developer Guide, "Local secondary indexes", section "Item collections".
 */
export function itemMetrics(
  table: Table,
  { before, after }: { readonly before: Item | undefined; readonly after: Item | undefined },
  wanted: string | undefined,
): ItemCollectionMetrics | undefined {
  const item = after ?? before;
  const hasLocal = [...table.indexes.values()].some(({ definition }) => definition.kind === "local");
  if (wanted !== "SIZE" || !hasLocal || item === undefined) {
    return undefined;
  }
  const { name } = table.schema.partition;
  const key = attributeOf(item, name);
  const entries = table.collection.entriesOf(keyOfItem(table.schema, item).partition);
  const gibibytes = Math.ceil(entries.reduce((sum, entry) => sum + itemSize(entry.item), 0) / GIB);
  return {
    ItemCollectionKey: key === undefined ? {} : { [name]: key },
    SizeEstimateRangeGB: [Math.max(0, gibibytes - 1), Math.max(1, gibibytes)],
  };
}
