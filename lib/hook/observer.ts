import type { DeliveryInfo, InvocationInfo, PublicationInfo, Step } from "./steps.ts";

/** W3C Trace Context. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate?: string;
}

/**
 * Is told each step of a publisher or a consumer. It can neither fail nor slow an event: what it throws is reported once per observer and
 * ignored, and what it returns is not waited for before the event is settled.
 */
export interface Observer {
  /** Names it in the report of its failure. */
  readonly name: string;
  /**
   * The types of the steps that it is told. Types that no observer is told are not made, and a decoding that nobody is told of is not timed.
   * @default all, also those that later versions add
   */
  readonly steps?: readonly Step["type"][];
  /**
   * Returns the types of the steps that it receives of one invocation. Called once per invocation, after its `invocationStarted`. If the trace of
   * the invocation is not sampled, for example, the list may be empty. If it throws or returns no list, `steps` applies. @default `steps`
   */
  stepsOf?(invocation: InvocationInfo): readonly Step["type"][];
  /**
   * Called with each step, at once. Promises that it returns are waited for at the end of the invocation, or in `flush`, for at most a
   * second together; one that takes longer is reported once, and the observer's promises are not waited for any more.
   */
  onStep?(step: Step): void | Promise<void>;
  /**
   * Runs a handler in a context of the observer's own: call `handler` at once and once, and return what it returns. Where the
   * observer does not, the handler is called without it.
   *
   * @param deliveries one; several for a batch handler
   */
  runInside?(deliveries: readonly DeliveryInfo[], handler: () => unknown): unknown;
  /**
   * The trace context that an event carries, unless the caller of `publish` gave one; and that of a delivery, which its dead letter names.
   */
  traceContextOf?(of: PublicationInfo | DeliveryInfo): TraceContext | undefined;
  /** Fields for the log lines of a delivery. */
  logFields?(delivery: DeliveryInfo): Readonly<Record<string, string>>;
  /** Called at the end of an invocation, and in `flush`: sends what waits. Waited for as the promises of `onStep` are. */
  flush?(): void | Promise<void>;
}
