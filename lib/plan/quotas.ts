/** A limit of AWS. */
export interface Quota {
  readonly value: number;
  readonly unit: string;
  /** Name of the AWS page that states it. */
  readonly source: string;
  /** Whether AWS raises it on request. */
  readonly adjustable: boolean;
  /** `false`: not confirmed on that page when this table was written. */
  readonly confirmed: boolean;
}

const quota = (
  value: number,
  unit: string,
  source: string,
  { adjustable = false, confirmed = true }: { readonly adjustable?: boolean; readonly confirmed?: boolean } = {},
): Quota => ({ value, unit, source, adjustable, confirmed });

const SQS_QUOTAS = "Amazon SQS Developer Guide, Amazon SQS message quotas";
const SQS_QUEUES = "Amazon SQS Developer Guide, Amazon SQS queue quotas";
const SNS_QUOTAS = "AWS General Reference, Amazon SNS endpoints and quotas";
const ESM = "AWS Lambda Developer Guide, Configuring scaling behavior for SQS event source mappings";
const ESM_PROVISIONED = "AWS Lambda Developer Guide, Using provisioned mode with an Amazon SQS event source mapping";
const LAMBDA_QUOTAS = "AWS Lambda Developer Guide, Lambda quotas";
const DYNAMODB = "Amazon DynamoDB Developer Guide, Quotas in Amazon DynamoDB";
const DYNAMODB_ON_DEMAND = "Amazon DynamoDB Developer Guide, DynamoDB on-demand capacity mode";
const S3 = "Amazon S3 User Guide, Best practices design patterns: optimizing Amazon S3 performance";

/** The limits that a plan uses. Where a Region matters it is us-east-1: override what differs in yours. */
export const QUOTAS = {
  /** Entries of one PublishBatch, ReceiveMessage or DeleteMessageBatch. */
  batchEntries: quota(10, "messages", SQS_QUOTAS),
  /** Bytes of an SNS message unless the topic's MaximumMessageSize says otherwise. */
  snsMessageBytes: quota(262_144, "bytes", "Amazon SNS API Reference, Publish"),
  sqsMessageBytes: quota(1_048_576, "bytes", SQS_QUOTAS),
  /** Bytes in which SNS and SQS count requests. */
  billedChunkBytes: quota(65_536, "bytes", "Amazon SQS pricing; Amazon SNS pricing"),
  /** Messages per second of all standard topics of an account in a Region: 30,000 in us-east-1, less in others. */
  snsPublish: quota(30_000, "messages/s", SNS_QUOTAS, { adjustable: true, confirmed: false }),
  /** Messages per second of a FIFO topic with FifoThroughputScope `Topic`. */
  snsFifoPublish: quota(3_000, "messages/s", SNS_QUOTAS),
  /** Bytes per second of one FIFO topic. */
  snsFifoBytes: quota(20_000_000, "bytes/s", SNS_QUOTAS),
  /** Messages per second of one message group of a FIFO topic. */
  snsGroup: quota(300, "messages/s", SNS_QUOTAS),
  /** Calls per second of each action of a FIFO queue in high throughput mode, in us-east-1: 19,000 in eu-central-1. */
  sqsFifoCalls: quota(70_000, "calls/s", SQS_QUOTAS, { adjustable: true }),
  /** Calls per second of each action of one partition of a FIFO queue; a partition holds whole groups. */
  sqsPartitionCalls: quota(300, "calls/s", SQS_QUOTAS),
  /** Messages received and not yet deleted. */
  sqsInFlight: quota(120_000, "messages", SQS_QUEUES),
  /** Subscriptions of a FIFO topic. */
  snsFifoSubscriptions: quota(100, "subscriptions", SNS_QUOTAS),
  /** Filter policies of one topic. */
  snsFilters: quota(200, "filter policies", SNS_QUOTAS, { adjustable: true }),
  batchSizeStandard: quota(10_000, "messages", "AWS Lambda API Reference, CreateEventSourceMapping"),
  batchSizeFifo: quota(10, "messages", "AWS Lambda API Reference, CreateEventSourceMapping"),
  windowSeconds: quota(300, "seconds", "AWS Lambda API Reference, CreateEventSourceMapping"),
  /** Bytes of one batch, metadata of the records included. */
  invocationBytes: quota(6_291_456, "bytes", LAMBDA_QUOTAS),
  /** Concurrent invocations of one mapping in standard mode. */
  mappingConcurrency: quota(1_250, "invocations", ESM),
  /** Batches that a mapping polls and runs at once before it scales. */
  mappingStart: quota(5, "invocations", ESM),
  /** Invocations per minute by which a mapping scales up. */
  mappingRamp: quota(300, "invocations/min", ESM),
  /** Concurrent invocations of one poller in provisioned mode: 20,000 of 2,000 pollers. */
  pollerConcurrency: quota(10, "invocations", ESM_PROVISIONED, { confirmed: false }),
  /** Bytes per second of one poller in provisioned mode. */
  pollerBytes: quota(1_000_000, "bytes/s", ESM_PROVISIONED, { confirmed: false }),
  /** Concurrent invocations of all functions of an account in a Region. */
  lambdaConcurrency: quota(1_000, "invocations", LAMBDA_QUOTAS, { adjustable: true, confirmed: false }),
  /** Statements of one BatchExecuteStatement. */
  partiqlStatements: quota(25, "statements", DYNAMODB),
  /** Write request units per second of one on-demand table. */
  tableWrites: quota(40_000, "units/s", DYNAMODB, { adjustable: true, confirmed: false }),
  /** Write request units per second that a new on-demand table takes at once; it doubles its former peak within 30 minutes. */
  newTableWrites: quota(4_000, "units/s", DYNAMODB_ON_DEMAND, { confirmed: false }),
  /** Write units per second of one partition of a table. */
  partitionWrites: quota(1_000, "units/s", DYNAMODB, { confirmed: false }),
  /** Requests per second under one prefix of a bucket. */
  s3Puts: quota(3_500, "requests/s", S3, { confirmed: false }),
  s3Gets: quota(5_500, "requests/s", S3, { confirmed: false }),
} as const satisfies Readonly<Record<string, Quota>>;

/** Name of a quota. */
export type QuotaName = keyof typeof QUOTAS;

/** Values to use instead of the table's quotas. */
export type QuotaOverrides = Readonly<Partial<Record<QuotaName, number>>>;
