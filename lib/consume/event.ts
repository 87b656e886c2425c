/** What a received event says of itself besides its payload. */
export interface EventInfo {
  /** The event's name in the contract. */
  readonly name: string;
  /** The CloudEvents id, unique within the source. */
  readonly id: string;
  /** The CloudEvents source: who published. */
  readonly source: string;
  /** The CloudEvents type. */
  readonly type: string;
  /** Version in which it was published. */
  readonly version: number;
  readonly time: Date | undefined;
  readonly subject: string | undefined;
  /** The message group it was published with. */
  readonly partitionKey: string | undefined;
  readonly correlationId: string | undefined;
  readonly causationId: string | undefined;
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  readonly expiresAt: Date | undefined;
}

/** A received event, decoded and validated. */
export interface ReceivedEvent {
  readonly info: EventInfo;
  /** The schema's output. */
  readonly data: unknown;
}
