/**
 * Limits of event source mappings for DynamoDB Streams.
 * Source: AWS Lambda Developer Guide, "Lambda parameters for Amazon DynamoDB event source mappings"; AWS Lambda API Reference,
 * CreateEventSourceMapping.
 */

/** Records per batch when the mapping sets no number. */
export const DEFAULT_STREAM_BATCH_SIZE = 100;
export const MAX_STREAM_BATCH_SIZE = 10_000;
/** Largest number of batches of a shard at a time. */
export const MAX_PARALLELIZATION_FACTOR = 10;
/** Range of the age after which a record is discarded, in seconds; -1 means never. */
export const MIN_RECORD_AGE_SECONDS = 60;
export const MAX_RECORD_AGE_SECONDS = 604_800;
/** Retries after which a batch is discarded; -1 means never. */
export const MAX_RETRY_ATTEMPTS = 10_000;

/** Pause between two reads that found nothing, in milliseconds: Lambda polls a shard 4 times a second. */
export const POLL_MS = 250;
/** Records of one read. Source: DynamoDB API Reference, GetRecords. */
export const READ_LIMIT = 1_000;
/** Pause before the first retry of a batch, and the longest up to which it doubles. Milliseconds. */
export const RETRY_MS = [100, 5_000] as const;
