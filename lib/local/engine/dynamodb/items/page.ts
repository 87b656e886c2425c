import { type Condition, holds, type Path, project } from "../expressions/index.ts";
import { LIMITS } from "../limits.ts";
import type { Entry } from "../model/index.ts";
import { type Item, itemSize } from "../values/index.ts";
import { lastKeyOf, type Source, visibleOf } from "./source.ts";

export interface PageOptions {
  readonly source: Source;
  /** What is read, in order. */
  readonly entries: Iterable<Entry>;
  readonly filter: Condition | undefined;
  readonly projection: readonly Path[] | undefined;
  /** Items that are read, before the filter. @default as many as 1 MB holds */
  readonly limit: number | undefined;
  readonly select: string | undefined;
}

export interface Page {
  readonly items: readonly Item[];
  /** Items that were read, before the filter. */
  readonly scanned: number;
  /** Bytes that were read, before the filter. */
  readonly bytes: number;
  /** Where the next page goes on; undefined after the last item. */
  readonly lastKey: Item | undefined;
}

/** Reads until the limit, or until 1 MB is full: the item that fills it belongs to the page. */
export function readPage({ source, entries, filter, projection, limit, select }: PageOptions): Page {
  const visible = visibleOf(source, { Select: select, projection });
  const held = visibleOf(source, {});
  const items: Item[] = [];
  let [scanned, bytes] = [0, 0];
  for (const { item } of entries) {
    const seen = visible(item);
    scanned += 1;
    bytes += itemSize(held(item));
    if (filter === undefined || holds(filter, source.index?.definition.kind === "local" ? item : seen)) {
      items.push(projection === undefined ? seen : project(seen, projection));
    }
    if (scanned === limit || bytes > LIMITS.pageBytes) {
      return { items, scanned, bytes, lastKey: lastKeyOf(source, item) };
    }
  }
  return { items, scanned, bytes, lastKey: undefined };
}
