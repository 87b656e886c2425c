/**
 * What Lambda passes of a message, as far as it is used here. `SQSRecord` of `@types/aws-lambda` fits.
 * Source: Lambda Developer Guide, "Using Lambda with Amazon SQS".
 */
export interface SqsRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: {
    readonly ApproximateReceiveCount: string;
    readonly SentTimestamp?: string | undefined;
    readonly MessageGroupId?: string | undefined;
    readonly MessageDeduplicationId?: string | undefined;
    /** X-Ray's trace header. */
    readonly AWSTraceHeader?: string | undefined;
  };
  readonly messageAttributes: Readonly<Record<string, SqsRecordAttribute>>;
  readonly eventSourceARN: string;
}

/** A message attribute of a record. */
export interface SqsRecordAttribute {
  readonly dataType: string;
  readonly stringValue?: string | undefined;
  /** Base64. */
  readonly binaryValue?: string | undefined;
}
