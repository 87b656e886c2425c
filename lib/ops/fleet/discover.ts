import type { FleetManifest, ManifestSubscriber } from "../../names/index.ts";
import { type Cloud, mapLimited, unlessAbsent } from "../cloud/index.ts";
import { manifestsOf, stacksOf } from "./manifests.ts";
import { mappingsOf } from "./mappings.ts";
import { describeQueues, listQueueUrls, queueNamed, TAIL_PREFIX } from "./queues.ts";
import { subscriptionsOf } from "./subscriptions.ts";
import type { Fleet, FleetMapping, FleetQueue, FleetSubscriber, FleetSubscription } from "./types.ts";

/** Where to look for a fleet. */
export interface DiscoverOptions {
  /** Manifests that are at hand, for example from a cloud assembly. */
  readonly manifests?: readonly FleetManifest[] | undefined;
  /** Stacks whose manifests are read. @default those that created the queues, by their tags */
  readonly stacks?: readonly string[] | undefined;
  /** Whether queues that no manifest names are looked for. @default only where no manifests are given */
  readonly others?: boolean | undefined;
  /** Only queues whose name begins like this. @default all */
  readonly prefix?: string | undefined;
  /** Told after each queue that was described, with the number of all. */
  readonly onProgress?: ((described: number, all: number) => void) | undefined;
}

/**
 * Finds what belongs together: from the manifests where there are any, and from the queues' own attributes for all other queues
 * that have a dead-letter queue, a subscription or a mapping. Nothing is received.
 */
export async function discoverFleet(cloud: Cloud, options: DiscoverOptions = {}): Promise<Fleet> {
  const { others = options.manifests === undefined } = options;
  const urls = others ? await lastingQueues(cloud, options.prefix) : [];
  const manifests = options.manifests ?? (await manifestsOf(cloud, options.stacks ?? (await stacksOf(cloud, urls))));
  const promised = manifests.flatMap(({ subscribers }) => subscribers);
  const queues = await queuesOf(cloud, promised, urls, options.onProgress);
  const arns = new Set(queues.map(({ arn }) => arn));
  const [subscriptions, mappings] = await Promise.all([
    unlessAbsent(() => subscriptionsOf(cloud, arns)),
    unlessAbsent(() => mappingsOf(cloud, arns)),
  ]);
  const parts: Parts = { queues, promised, subscriptions: subscriptions ?? new Map(), mappings: mappings ?? [] };
  const subscribers = sourcesIn(parts).map((queue) => subscriberOf(queue, parts));
  const topicArns = [...new Set(subscribers.flatMap((each) => each.subscriptions.map(({ topicArn }) => topicArn)))];
  const names = new Set(queues.map(({ name }) => name));
  return {
    source: promised.length > 0 ? "manifest" : "attributes",
    subscribers,
    queues,
    topics: topicArns.map((arn) => ({ arn, name: lastPart(arn), fifo: arn.endsWith(".fifo") })),
    tables: [...new Set(subscribers.flatMap(({ table }) => table ?? []))],
    missing: promised.filter(({ queue }) => !names.has(queue)),
    notes: [
      ...(subscriptions === undefined ? ["subscriptions are unknown: SNS may not be read here"] : []),
      ...(mappings === undefined ? ["mappings and consumers are unknown: Lambda may not be read here"] : []),
    ],
  };
}

async function lastingQueues(cloud: Cloud, prefix: string | undefined): Promise<readonly string[]> {
  const urls = await listQueueUrls(cloud, prefix);
  return urls.filter((url) => !lastPart(url.replaceAll("/", ":")).startsWith(TAIL_PREFIX));
}

interface Parts {
  readonly queues: readonly FleetQueue[];
  readonly promised: readonly ManifestSubscriber[];
  readonly subscriptions: ReadonlyMap<string, readonly FleetSubscription[]>;
  readonly mappings: readonly FleetMapping[];
}

async function queuesOf(
  cloud: Cloud,
  promised: readonly ManifestSubscriber[],
  urls: readonly string[],
  onProgress: DiscoverOptions["onProgress"],
): Promise<readonly FleetQueue[]> {
  const listed = await describeQueues(cloud, urls, onProgress);
  const known = new Set(listed.map(({ name }) => name));
  const names = promised.flatMap(({ queue, deadLetterQueue, subscriptionDeadLetterQueue }) =>
    [queue, deadLetterQueue, subscriptionDeadLetterQueue].filter((name) => name !== undefined && !known.has(name)),
  );
  const others = await mapLimited([...new Set(names)], (name) => queueNamed(cloud, name ?? ""));
  return [...listed, ...others.filter((queue) => queue !== undefined)];
}

/** Queues that somebody consumes: those of the manifest, and those with a dead-letter queue, a subscription or a mapping. */
function sourcesIn({ queues, promised, subscriptions, mappings }: Parts): readonly FleetQueue[] {
  const targets = new Set([
    ...queues.flatMap(({ redrive }) => redrive?.deadLetterQueueArn ?? []),
    ...[...subscriptions.values()].flat().flatMap(({ deadLetterQueueArn }) => deadLetterQueueArn ?? []),
  ]);
  const isPromised = new Set(promised.map(({ queue }) => queue));
  const isPolled = new Set(mappings.map(({ queueArn }) => queueArn));
  return queues.filter(
    ({ name, arn, redrive }) =>
      isPromised.has(name) ||
      (!targets.has(arn) && (redrive !== undefined || subscriptions.has(arn) || isPolled.has(arn))),
  );
}

function subscriberOf(queue: FleetQueue, parts: Parts): FleetSubscriber {
  const promised = parts.promised.find((each) => each.queue === queue.name);
  const subscriptions = parts.subscriptions.get(queue.arn) ?? [];
  const mappings = parts.mappings.filter(({ queueArn }) => queueArn === queue.arn);
  const byArn = (arn: string | undefined) => parts.queues.find((each) => each.arn === arn);
  const deadLetterQueue = byArn(queue.redrive?.deadLetterQueueArn);
  const undelivered = [...new Set(subscriptions.flatMap(({ deadLetterQueueArn }) => byArn(deadLetterQueueArn) ?? []))];
  const consumer = mappings.find((each) => each.consumer !== undefined)?.consumer ?? promised?.consumer;
  const table = mappings.find((each) => each.table !== undefined)?.table;
  const name = promised?.name ?? consumer ?? queue.name;
  return {
    name,
    aliases: aliasesOf([name, consumer], [queue, deadLetterQueue, ...undelivered], mappings),
    contract: promised?.contract,
    consumer,
    guarantee:
      mappings.find((each) => each.guarantee !== undefined)?.guarantee ??
      promised?.guarantee ??
      (table === undefined ? undefined : "exactly-once"),
    queue,
    deadLetterQueue,
    subscriptions,
    subscriptionDeadLetterQueues: undelivered,
    mappings,
    table,
    promised,
  };
}

function aliasesOf(
  names: readonly (string | undefined)[],
  queues: readonly (FleetQueue | undefined)[],
  mappings: readonly FleetMapping[],
): readonly string[] {
  const given = names.filter((name) => name !== undefined);
  return [
    ...new Set([
      ...given,
      ...given.map((name) => name.slice(Math.max(name.lastIndexOf("/"), name.lastIndexOf(".")) + 1)),
      ...queues.flatMap((queue) => (queue === undefined ? [] : [queue.name, queue.url, queue.arn])),
      ...mappings.map(({ functionName }) => functionName),
    ]),
  ];
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf(":") + 1);
}
