import type { SQSClient } from "@aws-sdk/client-sqs";
import { configuredEndpoint } from "./endpoint.ts";
import type { Loaded } from "./loader.ts";
import type * as commands from "./sqs.sdk.ts";

/** The way to SQS. */
type Sqs = Loaded<Pick<typeof commands, "SQSClient">, SQSClient>;

/** A queue's ARN, in parts. */
export interface QueueArn {
  readonly region: string;
  readonly account: string;
  readonly name: string;
}

const ARN = /^arn:aws[a-z-]*:sqs:([a-z0-9-]+):(\d{12}):([A-Za-z0-9_.-]+)$/;

const REGION = /^[a-z]{2,}(?:-[a-z]+)+-\d+$/;

/** @returns `undefined` for a string that is not the ARN of a queue */
export function parseQueueArn(arn: string): QueueArn | undefined {
  const [, region, account, name] = ARN.exec(arn) ?? [];
  return region === undefined || account === undefined || name === undefined ? undefined : { region, account, name };
}

/**
 * The Region in the host of a queue's URL: `sqs.REGION.amazonaws.com` in all partitions, `sqs-fips.REGION...`, VPC endpoints
 * (`vpce-ID.sqs.REGION.vpce...`), and the older `REGION.queue.amazonaws.com` and `queue.amazonaws.com`.
 * Source: AWS General Reference, "Amazon SQS endpoints and quotas".
 *
 * @returns `undefined` for another host, such as an emulator's
 */
export function regionOfQueueUrl(url: string): string | undefined {
  const host = URL.canParse(url) ? new URL(url).hostname : "";
  if (host === "queue.amazonaws.com") {
    return "us-east-1";
  }
  const labels = host.split(".");
  const service = labels.findIndex((label) => label === "sqs" || label === "sqs-fips");
  const region = service === -1 ? labels[labels.indexOf("queue") - 1] : labels[service + 1];
  return region !== undefined && REGION.test(region) ? region : undefined;
}

/** The client of a user who gave one with nothing but `send`: its endpoint is then the SDK's. */
let withoutConfig: SQSClient | undefined;

/** The URL of a queue, at the endpoint that the SDK resolves for the queue's Region, or at the one that is configured. */
export async function queueUrlAt({ sdk, call }: Sqs, { region, account, name }: QueueArn): Promise<string> {
  const { config } = await call(async (client) => {
    if ("config" in client) {
      return client;
    }
    withoutConfig ??= new sdk.SQSClient({ region });
    return withoutConfig;
  });
  const given = await config.endpoint?.();
  const endpoint = given === undefined ? configuredEndpoint("sqs") : `${given.protocol}//${hostOf(given)}`;
  const { url } = config.endpointProvider({
    Region: region,
    UseDualStack: await config.useDualstackEndpoint(),
    UseFIPS: await config.useFipsEndpoint(),
    ...(endpoint === undefined ? {} : { Endpoint: endpoint }),
  });
  return `${url.origin}/${account}/${name}`;
}

function hostOf({ hostname, port }: { readonly hostname: string; readonly port?: number }): string {
  return port === undefined ? hostname : `${hostname}:${port}`;
}
