/** The services that the clients in memory stand for. */
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

/** Carries a call to the services and its answer back. */
export type Carrier = (call: Call) => Promise<object>;
