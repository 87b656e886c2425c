import { checkSnapshotVersion } from "../kernel/index.ts";
import {
  keyOfItem,
  Stream,
  type StreamDefinition,
  type StreamedChange,
  Table,
  type TableDefinition,
} from "./model/index.ts";
import type { DynamoDbState, RecordedRequest } from "./state.ts";
import { fromPlain, type PlainItem, toPlain } from "./values/index.ts";

const VERSION = 1;

interface TableSnapshot {
  readonly definition: TableDefinition;
  readonly items: readonly PlainItem[];
}

type PlainChange = Omit<StreamedChange, "keys" | "before" | "after"> & {
  readonly keys: PlainItem;
  readonly before?: PlainItem;
  readonly after?: PlainItem;
};

interface StreamSnapshot {
  readonly definition: StreamDefinition;
  readonly changes: readonly PlainChange[];
  readonly lastPosition: number;
  readonly closedAt?: number;
}

/** The whole state of the engine as plain JSON. */
export interface DynamoDbSnapshot {
  readonly version: typeof VERSION;
  readonly tables: readonly TableSnapshot[];
  readonly streams: readonly StreamSnapshot[];
  readonly requests: readonly (readonly [string, RecordedRequest])[];
}

export function takeSnapshot(state: DynamoDbState): DynamoDbSnapshot {
  return {
    version: VERSION,
    tables: [...state.tables.values()].map((table) => ({
      definition: table.definition,
      items: [...table.collection.all()].map(({ item }) => toPlain(item)),
    })),
    streams: [...state.streams.values()].map(({ definition, changes, lastPosition, closedAt }) => ({
      definition,
      changes: changes.map(({ keys, before, after, ...change }) => ({
        ...change,
        keys: toPlain(keys),
        ...(before === undefined ? {} : { before: toPlain(before) }),
        ...(after === undefined ? {} : { after: toPlain(after) }),
      })),
      lastPosition,
      ...(closedAt === undefined ? {} : { closedAt }),
    })),
    requests: [...state.requests],
  };
}

/** Replaces the whole state. The snapshot may be used again. */
export function restoreSnapshot(state: DynamoDbState, snapshot: DynamoDbSnapshot): void {
  checkSnapshotVersion("DynamoDB", snapshot.version, VERSION);
  state.tables.clear();
  state.streams.clear();
  state.requests.clear();
  for (const { definition, items } of snapshot.tables) {
    const table = new Table(definition);
    for (const item of items.map(fromPlain)) {
      table.replace(keyOfItem(table.schema, item), item);
    }
    state.tables.set(definition.arn, table);
  }
  for (const { definition, changes, lastPosition, closedAt } of snapshot.streams) {
    const stream = new Stream(definition);
    const restored = changes.map(({ keys, before, after, ...change }) => ({
      ...change,
      keys: fromPlain(keys),
      before: before && fromPlain(before),
      after: after && fromPlain(after),
    }));
    stream.restore(restored, lastPosition, closedAt);
    state.streams.set(definition.arn, stream);
  }
  for (const [token, request] of snapshot.requests) {
    state.requests.set(token, request);
  }
}
