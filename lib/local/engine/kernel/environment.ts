/**
 * What the engine may know of the world outside. It has no other clock and no other source of randomness, so that the
 * simulator can run it on virtual time and replay a run from its seed.
 */
export interface EngineEnvironment {
  /** Milliseconds since the Unix epoch. Never runs backwards. */
  now(): number;
  /** A number in [0, 1). All ids, receipt handles and random choices are drawn from it. */
  random(): number;
}

/** Who calls, and where: the Region and account that a real service reads from the signature of the request. */
export interface CallContext {
  /** For example `eu-central-1`. */
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
  /** The request's header `X-Amzn-Trace-Id`: becomes `AWSTraceHeader` of the messages that the request causes. */
  readonly traceHeader?: string;
}
