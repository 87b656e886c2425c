import type { SQSClient } from "@aws-sdk/client-sqs";
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

type Middleware = Parameters<SQSClient["middlewareStack"]["add"]>[0];

/**
 * Makes a client that calls a queue at the host in its URL, such as a VPC endpoint's. An endpoint that is configured, in the environment
 * or in the shared files, comes first: emulators return URLs with hosts that do not resolve. The SDK would prefer the URL.
 */
export function createSqsClient({ SQSClient }: Pick<typeof sdk, "SQSClient">, region: string | undefined): SQSClient {
  const client = new SQSClient({
    requestHandler: MESSAGING,
    useQueueUrlAsEndpoint: false,
    ...(region === undefined ? {} : { region }),
  });
  const { config } = client;
  const atItsHost: Middleware = (next, context) => async (args) => {
    const resolved = context.endpointV2;
    const queueUrl: unknown = Reflect.get(args.input, "QueueUrl");
    if (resolved !== undefined && typeof queueUrl === "string" && URL.canParse(queueUrl)) {
      const { url: own } = config.endpointProvider({
        Region: await config.region(),
        UseDualStack: await config.useDualstackEndpoint(),
        UseFIPS: await config.useFipsEndpoint(),
      });
      // What differs from the Region's own endpoint is configured.
      if (resolved.url.origin === own.origin) {
        context.endpointV2 = { ...resolved, url: new URL(new URL(queueUrl).origin) };
      }
    }
    return await next(args);
  };
  client.middlewareStack.addRelativeTo(atItsHost, {
    name: "queueAtItsHost",
    relation: "after",
    toMiddleware: "endpointV2Middleware",
  });
  return client;
}
