export { Collection, type Entry, firstIndex, HASH_RANGE } from "./collection.ts";
export type { IndexDefinition, StreamView, TableDefinition, Throughput } from "./definition.ts";
export {
  checkIndexKeys,
  type KeyAttribute,
  type KeySchema,
  keyNames,
  keyOfItem,
  keyOfRequest,
  keyOnly,
  type StoredKey,
} from "./key-schema.ts";
export { positionOf, Stream, type StreamDefinition, type StreamedChange, sequenceNumber, toRecord } from "./stream.ts";
export { Index, Table, tieOf } from "./table.ts";
