import type {
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityBatchCommandOutput,
  DeleteMessageBatchCommandInput,
  DeleteMessageBatchCommandOutput,
  SendMessageBatchCommandInput,
  SendMessageBatchCommandOutput,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { callsOf } from "./call.ts";
import { chosenClient } from "./choice.ts";
import { configuredEndpoint, regionalEndpoint } from "./endpoint.ts";
import { loadLean } from "./lean-loader.ts";
import { type Loaded, type LoaderOptions, loader, once } from "./loader.ts";
import { leanOperation, type Operation } from "./operation.ts";
import { type QueueArn, queueUrlAt } from "./queue-address.ts";
import type * as sdkModule from "./settling-sqs.sdk.ts";
import { byRegion, createSqsClient } from "./sqs.ts";
import { MESSAGING } from "./timeouts.ts";
import { isTransient } from "./transient.ts";

/** What settling asks of SQS. */
export interface SettlingSqs {
  readonly changeMessageVisibilityBatch: Operation<
    ChangeMessageVisibilityBatchCommandInput,
    ChangeMessageVisibilityBatchCommandOutput
  >;
  readonly deleteMessageBatch: Operation<DeleteMessageBatchCommandInput, DeleteMessageBatchCommandOutput>;
  readonly sendMessageBatch: Operation<SendMessageBatchCommandInput, SendMessageBatchCommandOutput>;
  /** The URL of a queue, at the endpoint that serves its Region. */
  queueUrl(queue: QueueArn): Promise<string>;
}

/** Loads the way to SQS in a Region; in the environment's Region where it is `undefined`. */
export type SettlingSqsLoader = (region: string | undefined) => Promise<SettlingSqs>;

/** Tries of a call, as the SDK makes. */
const MAX_ATTEMPTS = 3;

export function settlingSqsLoader(options: LoaderOptions<SQSClient>): SettlingSqsLoader {
  return byRegion((region) => {
    const loadSdk = loader(
      () => import("@aws-sdk/client-sqs"),
      options,
      (loaded) => createSqsClient(loaded, region),
    );
    return once(async () =>
      chosenClient("sqs", region, options) === "lean" ? leanSqs(region, options) : sdkSqs(await loadSdk()),
    );
  });
}

function sdkSqs(loaded: Loaded<typeof sdkModule, SQSClient>): SettlingSqs {
  const { sdk, call } = loaded;
  return {
    changeMessageVisibilityBatch: (input, limits) =>
      call((client, options) => client.send(new sdk.ChangeMessageVisibilityBatchCommand(input), options), limits),
    deleteMessageBatch: (input, limits) =>
      call((client, options) => client.send(new sdk.DeleteMessageBatchCommand(input), options), limits),
    sendMessageBatch: (input, limits) =>
      call((client, options) => client.send(new sdk.SendMessageBatchCommand(input), options), limits),
    queueUrl: (queue) => queueUrlAt(loaded, queue),
  };
}

/** As with the SDK, a queue is called at the host in its URL, unless the environment gives an endpoint. */
function leanSqs(region: string | undefined, { clock }: LoaderOptions<SQSClient>): SettlingSqs {
  const clients = new Map<string, ReturnType<typeof loadLean>>();
  const clientAt = (origin: string) => {
    const client =
      clients.get(origin) ??
      loadLean("sqs", {
        region,
        endpoint: origin,
        target: "AmazonSQS",
        limits: MESSAGING,
        maxAttempts: MAX_ATTEMPTS,
        clock,
        isTransient,
      });
    clients.set(origin, client);
    return client;
  };
  function operation<Input extends { readonly QueueUrl: string | undefined }, Output extends object>(
    name: string,
  ): Operation<Input, Output> {
    return async (input, limits) => {
      const client = await clientAt(configuredEndpoint("sqs") ?? new URL(input.QueueUrl ?? "").origin);
      return await leanOperation<Input, Output>(callsOf(client, clock), name)(input, limits);
    };
  }
  return {
    changeMessageVisibilityBatch: operation("ChangeMessageVisibilityBatch"),
    deleteMessageBatch: operation("DeleteMessageBatch"),
    sendMessageBatch: operation("SendMessageBatch"),
    queueUrl: async ({ region: of, account, name }) => {
      const endpoint = configuredEndpoint("sqs");
      const origin = endpoint === undefined ? regionalEndpoint("sqs", of) : new URL(endpoint).origin;
      return `${origin}/${account}/${name}`;
    },
  };
}
