/** What brings deliveries and responds for them: Lambda, or a poller. */

export type { PollerHealth } from "./health.ts";
export { type LambdaSettings, lambdaHandler } from "./lambda.ts";
export type { InvocationContext, SqsBatchResponse, SqsConsumer, SqsEvent, SqsHandler } from "./lambda-types.ts";
export { PollerRun } from "./poller.ts";
export { FATAL_ERRORS, type FatalErrors } from "./receive-failures.ts";
export { stopOnSignals } from "./stop-on-signals.ts";
