import type { SNSClient } from "@aws-sdk/client-sns";
import { type Loader, type LoaderOptions, loader } from "./loader.ts";
import type * as sdk from "./sns.sdk.ts";
import { MESSAGING } from "./timeouts.ts";

/** Loads the SNS client. */
export type SnsLoader = Loader<typeof sdk, SNSClient>;

/** @param region the topic's Region, in which alone SNS accepts a publication; the environment's where it is `undefined` */
export function snsLoader(options: LoaderOptions<SNSClient>, region: string | undefined): SnsLoader {
  return loader(
    () => import("@aws-sdk/client-sns"),
    options,
    ({ SNSClient }) => new SNSClient({ requestHandler: MESSAGING, ...(region ? { region } : {}) }),
  );
}
