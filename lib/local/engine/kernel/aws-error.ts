interface AwsErrorOptions {
  readonly statusCode?: number;
  readonly queryCode?: string;
  readonly details?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An error as an AWS service returns it. The HTTP server writes it in the protocol of the service; the in-memory clients
 * throw it as the SDK would.
 */
export class AwsError extends Error {
  /** The code of the error as the service's API model names it, for example `QueueDoesNotExist`. */
  readonly code: string;
  /** The HTTP status that goes with it. */
  readonly statusCode: number;
  /**
   * The code of the older query protocol where it differs, for example `AWS.SimpleQueueService.NonExistentQueue`. SQS
   * sends it in the header `x-amzn-query-error`.
   */
  readonly queryCode: string;
  /** What the error document of S3 says besides code and message, by element: `Key`, `BucketName`, `Condition` ... */
  readonly details: Readonly<Record<string, string>>;
  /** Headers of the response: those of an object that was not modified. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, message: string, options: AwsErrorOptions = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.statusCode = options.statusCode ?? 400;
    this.queryCode = options.queryCode ?? code;
    this.details = options.details ?? {};
    this.headers = options.headers ?? {};
  }

  /** `Sender` when the caller is at fault, `Receiver` when the service is: the words of the query protocol. */
  get fault(): "Sender" | "Receiver" {
    return this.statusCode < 500 ? "Sender" : "Receiver";
  }
}
