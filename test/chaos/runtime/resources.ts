import { SUBSCRIBERS } from "../../../infra/demo/stage/subscribers.ts";
import { ClientPool } from "../../../lib/local/clients/index.ts";
import { DEFAULT_ACCOUNT_ID } from "../../../lib/local/common/index.ts";
import { deploy, readAssembly } from "../../../lib/local/deploy/index.ts";
import type { Clients } from "../../../lib/testing/index.ts";

/** The subscribers that the chaos run has. */
export const NAMES = ["billing", "inventory", "notification", "analytics", "archive", "triage", "deploy"] as const;
export type Name = (typeof NAMES)[number];

/** The running app as the driver sees it. Everything in it goes to the server itself, past the proxy. */
export interface Resources {
  readonly clients: Clients;
  /** Physical name, URL or ARN of what a construct path means: `Shop/Ledger`. */
  resource(path: string): string;
  queueUrl(name: Name): string;
  deadLetterQueueUrl(name: Name): string;
  close(): void;
}

/** Finds out what the runtime made: deploying again changes nothing and answers with the names. */
export async function findResources(assembly: string, endpoint: string): Promise<Resources> {
  const pool = new ClientPool({ endpoint, dynamoDbEndpoint: endpoint });
  const place = { region: "eu-central-1", accountId: DEFAULT_ACCOUNT_ID };
  const deployment = await deploy({ stacks: readAssembly(assembly), pool, place });
  const { sqs, sns, s3, dynamoDb } = pool.for(place);
  const resource = (path: string): string => deployment.find(path).physicalId;
  // Queue URLs name the host by which they were asked for; the clients go to their endpoint whatever it is.
  return {
    clients: { sqs, sns, s3, dynamodb: dynamoDb },
    resource,
    queueUrl: (name) => resource(`${SUBSCRIBERS[name].path}/Queue`),
    deadLetterQueueUrl: (name) => resource(`${SUBSCRIBERS[name].path}/DeadLetterQueue`),
    close: () => pool.close(),
  };
}
