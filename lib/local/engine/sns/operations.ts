import type * as sdk from "@aws-sdk/client-sns";
import type { Handler, Operations } from "../kernel/index.ts";
import type { SnsState } from "./state.ts";

/** The operations of SNS with the SDK's own input and output. */
export type SnsOperations = Operations<typeof sdk>;

/** Performs one operation. Throws `AwsError` as the service does. */
export type SnsHandler<Name extends keyof SnsOperations> = Handler<SnsState, SnsOperations[Name]>;
