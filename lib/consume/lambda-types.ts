/**
 * What Lambda hands over and takes back, as far as it is used here. `SQSEvent`, `SQSRecord`, `Context` and `SQSBatchResponse` of
 * `@types/aws-lambda` fit. Source: Lambda Developer Guide, "Using Lambda with Amazon SQS".
 */

/** A message attribute of a record. */
export interface SqsRecordAttribute {
  readonly dataType: string;
  readonly stringValue?: string | undefined;
  /** Base64. */
  readonly binaryValue?: string | undefined;
}

/** One message. */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: {
    readonly ApproximateReceiveCount: string;
    readonly SentTimestamp?: string | undefined;
    readonly MessageGroupId?: string | undefined;
    readonly MessageDeduplicationId?: string | undefined;
  };
  readonly messageAttributes: Readonly<Record<string, SqsRecordAttribute>>;
  readonly eventSourceARN: string;
}

/** One invocation's messages. */
export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

/** What the wrapper needs of Lambda's context. */
export interface InvocationContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  getRemainingTimeInMillis(): number;
}

/** The records to be delivered again. Needs `ReportBatchItemFailures` on the event source mapping; the constructs set it. */
export interface SqsBatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** A Lambda handler for SQS. */
export type SqsHandler = (event: SqsEvent, context: InvocationContext) => Promise<SqsBatchResponse>;

/** The handler of a function that consumes events. */
export interface SqsConsumer extends SqsHandler {
  /**
   * Loads the AWS clients that records need when nothing goes wrong: the store's, which also connects by reading a key that nobody
   * has, and S3's where payload sources are configured. They are loaded at the first event otherwise. To be awaited at the end of the
   * handler's module: Lambda gives a function with little memory more CPU while it starts than it gives an invocation, and
   * provisioned concurrency starts ahead of the first event.
   *
   * @throws what importing the SDK throws, of a bundle without it for instance
   */
  preload(): Promise<void>;
}
