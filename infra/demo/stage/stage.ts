import { createPublisher, type Publisher, s3PayloadStore } from "fanfare";
import { type Clients, type DeployedApp, type DeployOptions, deploy } from "fanfare/testing";
import { orders } from "../../../lambdas/orders/contract.ts";
import { webhooks } from "../../../lambdas/webhooks/contract.ts";
import { ClientPool } from "../../../lib/local/clients/index.ts";
import { DEFAULT_ACCOUNT_ID } from "../../../lib/local/common/index.ts";
import { DEFAULT_REGION, type LocalRuntime } from "../../../lib/local/index.ts";
import { SUBSCRIBERS, type SubscriberName } from "./subscribers.ts";

/** The reference app wherever it runs: SDK clients, publishers, and the names of its resources. */
export interface AppHandle {
  readonly clients: Clients;
  readonly publishOrder: Publisher<typeof orders>;
  readonly publishWebhook: Publisher<typeof webhooks>;
  /** Publishes straight to the queue of billing, past the topic: how a FIFO queue gets one event twice. */
  readonly redeliverToBilling: Publisher<typeof orders>;
  /** Physical name, URL or ARN of the resource with a construct path: `Shop/Ledger`. */
  resource(path: string): string;
  queueUrl(subscriber: SubscriberName): string;
  deadLetterQueueUrl(subscriber: SubscriberName): string;
}

/** The reference app, running on this machine. */
export interface Stage extends AppHandle {
  readonly app: DeployedApp;
  readonly runtime: LocalRuntime;
  close(): Promise<void>;
}

/** Processes per function: there are eight functions, and the machine may be small. */
const MAX_ENVIRONMENTS = 2;

/** Starts a synthesised reference app, and makes publishers and clients for it. */
export async function openStage(
  assembly: string,
  options: Pick<DeployOptions, "onOutcome" | "onEvent" | "maxEnvironments"> = {},
): Promise<Stage> {
  const app = await deploy({ assembly }, { maxEnvironments: MAX_ENVIRONMENTS, ...options });
  const { runtime } = app;
  const pool = new ClientPool(runtime);
  const { dynamoDb: dynamodb, ...clients } = pool.for({ region: DEFAULT_REGION, accountId: DEFAULT_ACCOUNT_ID });
  return {
    ...referenceApp({ ...clients, dynamodb }, (path) => runtime.deployment.find(path).physicalId),
    app,
    runtime,
    close: async () => {
      pool.close();
      await app.close();
    },
  };
}

/** Makes the publishers of the reference app. `resource` finds a physical name by its construct path. */
export function referenceApp(clients: Clients, resource: (path: string) => string): AppHandle {
  const location = { bucket: resource("Webhooks/Webhooks/Payloads/Bucket"), prefix: "webhooks/" };
  const queueUrl = (subscriber: SubscriberName) => resource(`${SUBSCRIBERS[subscriber].path}/Queue`);
  return {
    clients,
    publishOrder: createPublisher(orders, { target: resource("Shop/Orders/Topic"), clients }),
    publishWebhook: createPublisher(webhooks, {
      target: resource("Webhooks/Webhooks/Topic"),
      payloads: s3PayloadStore({ location, client: clients.s3 }),
      clients,
    }),
    redeliverToBilling: createPublisher(orders, { target: queueUrl("billing"), clients }),
    resource,
    queueUrl,
    deadLetterQueueUrl: (subscriber) => resource(`${SUBSCRIBERS[subscriber].path}/DeadLetterQueue`),
  };
}
