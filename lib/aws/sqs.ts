import type { SQSClient } from "@aws-sdk/client-sqs";
import { type Loader, loader } from "./loader.ts";
import type * as sdk from "./sqs.sdk.ts";

/** Loads the SQS client. */
export type SqsLoader = Loader<typeof sdk, SQSClient>;

/** @param given the user's own client */
export function sqsLoader(given: SQSClient | undefined): SqsLoader {
  return loader(() => import("@aws-sdk/client-sqs"), given, createSqsClient);
}

/** A configured endpoint wins over the host in the queue URL: emulators return hosts that do not resolve. */
export function createSqsClient({ SQSClient }: Pick<typeof sdk, "SQSClient">): SQSClient {
  return new SQSClient({ useQueueUrlAsEndpoint: process.env.AWS_ENDPOINT_URL === undefined });
}
