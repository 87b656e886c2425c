import type { SQSClient } from "@aws-sdk/client-sqs";
import { type Loader, loader } from "./loader.ts";
import { createSqsClient } from "./sqs.ts";
import type * as sdk from "./sqs-polling.sdk.ts";

/** Loads the SQS client with the commands of a poller, which the bundles of Lambda functions do without. */
export type PollingSqsLoader = Loader<typeof sdk, SQSClient>;

/** @param given the user's own client */
export function pollingSqsLoader(given: SQSClient | undefined): PollingSqsLoader {
  return loader(() => import("@aws-sdk/client-sqs"), given, createSqsClient);
}
