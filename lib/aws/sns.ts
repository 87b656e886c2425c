import type { SNSClient } from "@aws-sdk/client-sns";
import { type Loader, loader } from "./loader.ts";
import type * as sdk from "./sns.sdk.ts";

/** Loads the SNS client. */
export type SnsLoader = Loader<typeof sdk, SNSClient>;

/**
 * @param given the user's own client
 * @param region the topic's Region, in which alone SNS accepts a publication; the environment's where it is `undefined`
 */
export function snsLoader(given: SNSClient | undefined, region: string | undefined): SnsLoader {
  return loader(
    () => import("@aws-sdk/client-sns"),
    given,
    ({ SNSClient }) => new SNSClient(region ? { region } : {}),
  );
}
