import type { AnyContract } from "../../contract/index.ts";
import type { SqsRecord } from "../record/index.ts";

/**
 * What Lambda passes and takes back, as far as it is used here. `SQSEvent`, `Context` and `SQSBatchResponse` of
 * `@types/aws-lambda` fit. Source: Lambda Developer Guide, "Using Lambda with Amazon SQS".
 */
export interface SqsEvent {
  readonly Records: readonly SqsRecord[];
}

/** What the wrapper needs of Lambda's context. */
export interface InvocationContext {
  readonly awsRequestId: string;
  readonly functionName: string;
  getRemainingTimeInMillis(): number;
}

/** The records to be redelivered. Needs `ReportBatchItemFailures` on the event source mapping; the constructs set it. */
export interface SqsBatchResponse {
  batchItemFailures: { itemIdentifier: string }[];
}

/** A Lambda handler for SQS. */
export type SqsHandler = (event: SqsEvent, context: InvocationContext) => Promise<SqsBatchResponse>;

/** The handler of a function that consumes events. */
export interface SqsConsumer extends SqsHandler {
  /** The contract whose events it consumes, for tools: `fanfare send` makes and validates events with it. */
  readonly contract: AnyContract;
  /**
   * Loads the AWS clients that records need when nothing goes wrong: the store's, which also connects by reading a key that does not
   * exist, and S3's where payload sources are configured. Otherwise they are loaded at the first event. Await it at the end of the
   * handler's module: Lambda gives a function with little memory more CPU while it starts than it gives an invocation, and
   * provisioned concurrency starts ahead of the first event.
   *
   * @throws what importing the SDK throws, for example in a bundle without it
   */
  preload(): Promise<void>;
}
