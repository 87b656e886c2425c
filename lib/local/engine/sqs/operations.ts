import type * as sdk from "@aws-sdk/client-sqs";
import type { Handler, Operations } from "../kernel/index.ts";
import type { SqsState } from "./state.ts";

/** The operations of SQS with the SDK's own input and output. */
export type SqsOperations = Operations<typeof sdk>;

/** Performs one operation. Throws `AwsError` as the service does. */
export type SqsHandler<Name extends keyof SqsOperations> = Handler<SqsState, SqsOperations[Name]>;
