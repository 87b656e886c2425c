/** What brings deliveries and responds for them: Lambda, or a poller. */
export { type LambdaSettings, lambdaHandler } from "./lambda.ts";
export type { InvocationContext, SqsBatchResponse, SqsConsumer, SqsEvent, SqsHandler } from "./lambda-types.ts";
export { PollerRun } from "./poller.ts";
