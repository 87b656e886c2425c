import type { SQSClient } from "@aws-sdk/client-sqs";
import { type Loaded, type LoaderOptions, loader } from "./loader.ts";
import { byRegion, createSqsClient } from "./sqs.ts";
import type * as sdk from "./sqs-polling.sdk.ts";

/** Loads the SQS client of a Region with the commands of a poller, which the bundles of Lambda functions do without. */
export type PollingSqsLoader = (region: string | undefined) => Promise<Loaded<typeof sdk, SQSClient>>;

export function pollingSqsLoader(options: LoaderOptions<SQSClient>): PollingSqsLoader {
  return byRegion((region) =>
    loader(
      () => import("@aws-sdk/client-sqs"),
      options,
      (loaded) => createSqsClient(loaded, region),
    ),
  );
}
