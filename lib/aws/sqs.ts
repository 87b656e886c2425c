import type { SQSClient } from "@aws-sdk/client-sqs";
import { configuredEndpoint } from "./endpoint.ts";
import { type Loaded, type LoaderOptions, loader } from "./loader.ts";
import type * as sdk from "./sqs.sdk.ts";
import { MESSAGING } from "./timeouts.ts";

/** Loads the SQS client of a Region; of the environment's Region where it is `undefined`. */
export type SqsLoader = (region: string | undefined) => Promise<Loaded<typeof sdk, SQSClient>>;

export function sqsLoader(options: LoaderOptions<SQSClient>): SqsLoader {
  return byRegion((region) =>
    loader(
      () => import("@aws-sdk/client-sqs"),
      options,
      (loaded) => createSqsClient(loaded, region),
    ),
  );
}

/** One loader per Region. */
export function byRegion<Result>(create: (region: string | undefined) => () => Result): (region?: string) => Result {
  const loaders = new Map<string | undefined, () => Result>();
  return (region) => {
    const load = loaders.get(region) ?? create(region);
    loaders.set(region, load);
    return load();
  };
}

/**
 * Makes a client that calls a queue at the host in its URL, such as a VPC endpoint's. An endpoint in the environment comes first, as
 * emulators return URLs with hosts that do not resolve: the SDK prefers it only when it is told so.
 */
export function createSqsClient({ SQSClient }: Pick<typeof sdk, "SQSClient">, region: string | undefined): SQSClient {
  return new SQSClient({
    requestHandler: MESSAGING,
    useQueueUrlAsEndpoint: configuredEndpoint("sqs") === undefined,
    ...(region === undefined ? {} : { region }),
  });
}
