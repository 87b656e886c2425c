import type { SQSClient } from "@aws-sdk/client-sqs";

/** The SDK with a client, loaded at the first use: most invocations dead-letter nothing and retry nothing. */
export interface LoadedSqs {
  readonly sdk: typeof import("./sqs-client.sdk.ts");
  readonly client: SQSClient;
}

/** Loads the SDK once, when it is first asked for. */
export function lazySqs(client: SQSClient | undefined): () => Promise<LoadedSqs> {
  let loaded: Promise<LoadedSqs> | undefined;
  return () => {
    loaded ??= import("@aws-sdk/client-sqs").then((sdk) => ({
      sdk,
      // The configured endpoint decides, not the host in the URL: emulators hand out hosts that do not resolve.
      client: client ?? new sdk.SQSClient({ useQueueUrlAsEndpoint: process.env.AWS_ENDPOINT_URL === undefined }),
    }));
    return loaded;
  };
}
