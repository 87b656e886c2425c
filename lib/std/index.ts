export { chunksOf } from "./chunks.ts";
export { withDeadline } from "./deadline.ts";
export { IndexedHeap } from "./indexed-heap.ts";
export { isJsonObject, type Json, type JsonObject, objectOf, parseJson } from "./json.ts";
export { Memo } from "./memo.ts";
export { Queue } from "./queue.ts";
export { type EntryResult, type RetryEntriesOptions, retryEntries } from "./retry-entries.ts";
export { Semaphore } from "./semaphore.ts";
export { type SqsRecord, sqsRecordOf } from "./sqs-record.ts";
