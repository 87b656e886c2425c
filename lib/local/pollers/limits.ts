/**
 * Limits of event source mappings for SQS.
 * Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS" and "Configuring scaling behavior for SQS event source
 * mappings"; AWS Lambda API Reference, CreateEventSourceMapping.
 */

/** Messages per batch when the mapping sets no number. */
export const DEFAULT_BATCH_SIZE = 10;
/** Largest batch of a FIFO queue, and of a standard queue without a batching window. */
export const MAX_BATCH_SIZE_WITHOUT_WINDOW = 10;
/** Largest batch of a standard queue. */
export const MAX_BATCH_SIZE_STANDARD = 10_000;
/** Longest batching window, in seconds. */
export const MAX_WINDOW_SECONDS = 300;
/** Range of the mapping's maximum concurrency. */
export const MIN_MAXIMUM_CONCURRENCY = 2;
export const MAX_MAXIMUM_CONCURRENCY = 1_000;
/** Filters of one mapping (10 with a quota increase). */
export const MAX_FILTERS = 10;
/** The event of one invocation, record metadata included: 6 MB. */
export const MAX_EVENT_BYTES = 6 * 1024 * 1024;

/** Messages that SQS returns, deletes or changes per call. Source: Amazon SQS API Reference, ReceiveMessage. */
export const SQS_BATCH = 10;
/** Longest long poll, in seconds. Source: Amazon SQS API Reference, ReceiveMessage. */
export const MAX_WAIT_SECONDS = 20;
