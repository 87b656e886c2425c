/**
 * The limits of Amazon SQS, each once. Sources: "Amazon SQS message quotas", "Amazon SQS queue quotas" and "Amazon SQS
 * FIFO queue quotas" of the Developer Guide, and the API reference of the operation that is named.
 */

/** Bytes of body plus every message attribute's name, type and value; also the sum of a batch (message quotas). */
export const MAXIMUM_MESSAGE_SIZE_BYTES = 1_048_576;
/** Smallest value of the queue attribute `MaximumMessageSize` (API: CreateQueue). */
export const SMALLEST_MAXIMUM_MESSAGE_SIZE_BYTES = 1_024;
/** Message attributes of one message (message quotas: message attributes). */
export const MAXIMUM_MESSAGE_ATTRIBUTES = 10;
/** Length of the name and of the type of a message attribute (Developer Guide: message attribute components). */
export const MAXIMUM_ATTRIBUTE_NAME_LENGTH = 256;
/** Entries of one batch request (message quotas: batched message ID). */
export const MAXIMUM_BATCH_ENTRIES = 10;
/** Messages that one ReceiveMessage returns (API: ReceiveMessage). */
export const MAXIMUM_RECEIVED_MESSAGES = 10;
/** Seconds of long polling (API: ReceiveMessage, CreateQueue). */
export const MAXIMUM_WAIT_SECONDS = 20;
/** Seconds of delay (API: CreateQueue, SendMessage). */
export const MAXIMUM_DELAY_SECONDS = 900;
/** Twelve hours, counted from the receive (message quotas: message visibility timeout). */
export const MAXIMUM_VISIBILITY_SECONDS = 43_200;
/** One minute to fourteen days (message quotas: message retention). */
export const MINIMUM_RETENTION_SECONDS = 60;
export const MAXIMUM_RETENTION_SECONDS = 1_209_600;
/** Messages in flight of one queue (queue quotas: messages per queue, in flight; standard and FIFO). */
export const MAXIMUM_IN_FLIGHT = 120_000;
/** `maxReceiveCount` of a redrive policy (API: CreateQueue; the range is that of the service's own error message). */
export const MAXIMUM_MAX_RECEIVE_COUNT = 1_000;
/** Source queues that a redrive allow policy of type byQueue may name (API: CreateQueue). */
export const MAXIMUM_SOURCE_QUEUE_ARNS = 10;
/** Five minutes: deduplication of messages and of receive attempts (FIFO: exactly-once processing). */
export const DEDUPLICATION_INTERVAL_MS = 5 * 60_000;
/** Seconds between two purges of a queue (API: PurgeQueue). */
export const PURGE_INTERVAL_MS = 60_000;
/** Seconds before a deleted queue's name can be used again (API: DeleteQueue). */
export const DELETED_NAME_INTERVAL_MS = 60_000;
/** Messages a second that a message move task moves at most (API: StartMessageMoveTask). */
export const MAXIMUM_MOVE_RATE = 500;
/** Results of ListMessageMoveTasks (API: ListMessageMoveTasks). */
export const MAXIMUM_LISTED_MOVE_TASKS = 10;
/** Results of one page of ListQueues and ListDeadLetterSourceQueues (API: ListQueues). */
export const MAXIMUM_LISTED_QUEUES = 1_000;
/** Tags of one queue (queue quotas: queue tagging). */
export const MAXIMUM_TAGS = 50;
/** Actions that one AddPermission can name (API: AddPermission). */
export const MAXIMUM_PERMISSION_ACTIONS = 7;
/** Statements that a queue's policy can hold (queue quotas: policies). */
export const MAXIMUM_POLICY_STATEMENTS = 20;
/** A tenant is noisy above this share of the queue's messages in flight ("How Amazon SQS fair queues work"). */
export const NOISY_SHARE = 0.1;
/** ... and with at least this many messages of its own in flight (same page). */
export const NOISY_MINIMUM_IN_FLIGHT = 30;
