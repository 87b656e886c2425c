/** What a received event says of itself besides its payload. */
export interface EventInfo {
  /** The event's name in the contract; the type of an event that the contract does not have. */
  readonly name: string;
  /** The CloudEvents id, unique within the source. */
  readonly id: string;
  /** The CloudEvents source: who published the event. */
  readonly source: string;
  /** The CloudEvents type. */
  readonly type: string;
  /** The contract version in which the event was published. */
  readonly version: number;
  readonly time: Date | undefined;
  readonly subject: string | undefined;
  /** The message group with which the event was published. */
  readonly partitionKey: string | undefined;
  readonly correlationId: string | undefined;
  readonly causationId: string | undefined;
  readonly traceparent: string | undefined;
  readonly tracestate: string | undefined;
  readonly expiresAt: Date | undefined;
}
