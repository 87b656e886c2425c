import { type Duration, Stack, Token } from "aws-cdk-lib";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import type { AnyContract } from "../../../lib/contract/index.ts";
import { type FleetManifest, MANIFEST_KEY, type ManifestSubscriber } from "../../../lib/names/index.ts";
import { secondsOf } from "../checks/index.ts";

/** What a subscriber or work queue says of itself. */
interface ManifestEntry {
  readonly contract: AnyContract;
  readonly consumer: string | undefined;
  readonly guarantee: string | undefined;
  readonly queue: sqs.IQueue;
  readonly deadLetterQueue: sqs.IQueue | undefined;
  readonly subscriptionDeadLetterQueue?: sqs.IQueue;
  /** Without a reference to the topic: its name is known at synthesis. */
  readonly topicArn?: string;
  readonly filterPolicy?: Readonly<Record<string, unknown>> | undefined;
  readonly retention: Duration;
  readonly deadLetterRetention: Duration;
  readonly maxReceiveCount: number | undefined;
  readonly polled: boolean;
}

/** Adds a subscriber to the manifest in its stack's template. A queue whose name only the deployment knows cannot be found by it. */
export function addToManifest(scope: Construct, entry: ManifestEntry): void {
  const queue = nameOf(entry.queue);
  if (queue === undefined) {
    return;
  }
  const { templateOptions } = Stack.of(scope);
  const manifest: FleetManifest | undefined = templateOptions.metadata?.[MANIFEST_KEY];
  const subscribers = [...(manifest?.subscribers ?? []), described(scope, queue, entry)];
  const renewed: FleetManifest = { version: 1, subscribers };
  templateOptions.metadata = { ...templateOptions.metadata, [MANIFEST_KEY]: renewed };
}

function described(scope: Construct, queue: string, entry: ManifestEntry): ManifestSubscriber {
  const { contract, consumer, guarantee, filterPolicy, polled } = entry;
  const scopes = scope.node.scopes;
  const ids = scopes.slice(scopes.indexOf(Stack.of(scope)) + 1).map(({ node }) => node.id);
  const known = {
    contract: contract.name,
    sensitive: sensitiveOf(contract),
    consumer,
    guarantee,
    deadLetterQueue: entry.deadLetterQueue && nameOf(entry.deadLetterQueue),
    subscriptionDeadLetterQueue: entry.subscriptionDeadLetterQueue && nameOf(entry.subscriptionDeadLetterQueue),
    topic: entry.topicArn && resolved(entry.topicArn.slice(entry.topicArn.lastIndexOf(":") + 1)),
    filterPolicy,
    retentionSeconds: secondsOf(entry.retention),
    deadLetterRetentionSeconds: secondsOf(entry.deadLetterRetention),
    maxReceiveCount: entry.maxReceiveCount,
  };
  const given = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  return { name: ids.join("/"), queue, polled, ...given };
}

function sensitiveOf(contract: AnyContract): ManifestSubscriber["sensitive"] {
  const marked = Object.values(contract.events).filter(({ definition }) => definition.sensitive.length > 0);
  return marked.length === 0
    ? undefined
    : Object.fromEntries(marked.map(({ type, definition }) => [type, definition.sensitive]));
}

/** The name of a queue, where it is known at synthesis. */
function nameOf(queue: sqs.IQueue): string | undefined {
  const resource = queue.node.defaultChild;
  return resolved(resource instanceof sqs.CfnQueue ? resource.queueName : queue.queueName);
}

function resolved(text: string | undefined): string | undefined {
  return text === undefined || Token.isUnresolved(text) ? undefined : text;
}
