/** The services that the clients in memory know. */
export type ServiceName = "sns" | "sqs" | "s3" | "dynamodb";

/** One call of an SDK client. */
export interface Call {
  readonly service: ServiceName;
  /** The operation's name in the API: `PublishBatch`. */
  readonly operation: string;
  /** The command's input. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly signal: AbortSignal | undefined;
}

/** Performs a call and returns the service's response. */
export type Carrier = (call: Call) => Promise<object>;
