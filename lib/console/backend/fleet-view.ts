import { FanfareError } from "../../errors/index.ts";
import { filterText } from "../../graph/index.ts";
import type { FleetManifest } from "../../names/index.ts";
import {
  type Cloud,
  countsOf,
  type DeadLetterTarget,
  deadLetterTargets,
  discoverFleet,
  type Fleet,
  type FleetSnapshot,
  type FleetSubscriber,
  snapshotOf,
} from "../../ops/index.ts";
import type { DeadLetterQueue, MapView, QueueState, SubscriberView } from "../wire/index.ts";
import { fleetGraph, queueStateOf } from "./fleet-graph.ts";
import { Histories } from "./histories.ts";

/** Milliseconds after which topics and queues are looked for again: a deployment may have changed them. */
const DISCOVER_MS = 30_000;

/** Messages that consumers have deleted since the start, by ARN of the queue. */
export type Processed = () => ReadonlyMap<string, number>;

/** Options of {@link FleetView}. */
export interface FleetViewOptions {
  readonly processed?: Processed | undefined;
  /** What the stacks promise, where it is known without asking CloudFormation. */
  readonly manifests?: readonly FleetManifest[] | undefined;
  readonly stacks?: readonly string[] | undefined;
}

/** The fleet at one place, sampled. */
export class FleetView {
  readonly #cloud: Cloud;
  readonly #processed: Processed | undefined;
  #manifests: readonly FleetManifest[] | undefined;
  readonly #stacks: readonly string[] | undefined;
  readonly #histories = new Histories();
  #fleet: Fleet | undefined;
  #discoveredAt = 0;
  #snapshot: FleetSnapshot | undefined;
  #counted: ReadonlyMap<string, number> | undefined;
  #map: MapView | undefined;

  constructor(cloud: Cloud, { processed, manifests, stacks }: FleetViewOptions) {
    this.#cloud = cloud;
    this.#processed = processed;
    this.#manifests = manifests;
    this.#stacks = stacks;
  }

  async fleet(now = Date.now()): Promise<Fleet> {
    if (this.#fleet === undefined || now - this.#discoveredAt > DISCOVER_MS) {
      this.#fleet = await discoverFleet(this.#cloud, {
        manifests: this.#manifests,
        stacks: this.#stacks,
        others: true,
      });
      this.#discoveredAt = now;
    }
    return this.#fleet;
  }

  /** Looks for topics and queues at the next sample: what was deployed has changed. */
  forget(manifests: readonly FleetManifest[] | undefined): void {
    this.#manifests = manifests;
    this.#fleet = undefined;
  }

  async sample(now = Date.now()): Promise<MapView> {
    const fleet = await this.fleet(now);
    const previous = this.#snapshot;
    const snapshot = await snapshotOf(this.#cloud, fleet, previous, now);
    const before = this.#counted;
    const counted = this.#processed?.();
    const rateOf = (arn: string): number | undefined =>
      previous === undefined || counted === undefined || before === undefined
        ? undefined
        : (Math.max(0, (counted.get(arn) ?? 0) - (before.get(arn) ?? 0)) * 1_000) / Math.max(1, now - previous.at);
    const byName = new Map(fleet.subscribers.map(({ name, queue }) => [name, queue.arn]));
    const queues = snapshot.subscribers.flatMap((status): [string, QueueState][] => {
      const arn = byName.get(status.name);
      return arn === undefined ? [] : [[arn, queueStateOf(status, rateOf(arn) ?? shrinking(status.drainRate))]];
    });
    this.#snapshot = snapshot;
    this.#counted = counted;
    this.#map = { at: now, graph: fleetGraph(fleet), queues: Object.fromEntries(queues) };
    this.#histories.add(this.#map);
    return this.#map;
  }

  async subscriber(id: string): Promise<SubscriberView> {
    const { subscribers } = await this.fleet();
    const found = subscribers.find(({ queue }) => queue.arn === id);
    const state = (this.#map ?? (await this.sample())).queues[id];
    if (found === undefined || state === undefined) {
      throw notFound("queue", id);
    }
    return {
      id,
      state,
      history: this.#histories.of(id),
      settings: settingsOf(found),
      filter: found.subscriptions.flatMap(({ filterPolicy }) => filterText(filterPolicy)),
      deadLetterQueues: await this.#counts(deadLetterTargets({ subscribers: [found] })),
    };
  }

  async deadLetterQueues(): Promise<readonly DeadLetterQueue[]> {
    return this.#counts(deadLetterTargets(await this.fleet()));
  }

  /** @throws FanfareError `ConfigurationInvalid` for an id that no dead-letter queue has */
  async deadLetterTarget(id: string): Promise<DeadLetterTarget> {
    const found = deadLetterTargets(await this.fleet()).find(({ queue }) => queue.arn === id);
    if (found === undefined) {
      throw notFound("dead-letter queue", id);
    }
    return found;
  }

  #counts(targets: readonly DeadLetterTarget[]): Promise<DeadLetterQueue[]> {
    return Promise.all(
      targets.map(async ({ queue, kind }) => {
        const { visible, inFlight, delayed } = await countsOf(this.#cloud, queue);
        return {
          id: queue.arn,
          name: queue.name,
          ofSubscription: kind === "delivery",
          count: visible + inFlight + delayed,
        };
      }),
    );
  }
}

/** Where nobody counts what consumers process, the backlog says something, as long as it shrinks. */
function shrinking(rate: number | undefined): number | undefined {
  return rate !== undefined && rate > 0 ? rate : undefined;
}

function notFound(kind: string, id: string): FanfareError {
  return new FanfareError("ConfigurationInvalid", `there is no ${kind} ${id} any more`, {
    field: "id",
    remedy: "open it from the map, which shows what is there now",
  });
}

function settingsOf({
  queue,
  mappings,
  subscriptions,
  consumer,
  guarantee,
  table,
}: FleetSubscriber): [string, string][] {
  const { redrive, retentionSeconds, visibilityTimeoutSeconds, encrypted, kmsKeyId } = queue;
  const hours = retentionSeconds / 3_600;
  const all: [string, string | undefined][] = [
    ["Queue", queue.name],
    [
      "Topic",
      subscriptions.map(({ topicArn }) => topicArn.slice(topicArn.lastIndexOf(":") + 1)).join(", ") || undefined,
    ],
    ["Consumer", consumer],
    ["Guarantee", guarantee ?? (table === undefined ? "at-least-once" : "exactly-once")],
    ["Idempotency table", table],
    ["Retention", hours >= 48 ? `${Math.round(hours / 24)} days` : `${Math.round(hours)} hours`],
    ["Visibility timeout", `${visibilityTimeoutSeconds} s`],
    ["Dead letters after", redrive === undefined ? "never" : `${redrive.maxReceiveCount} receives`],
    ["Encryption", kmsKeyId ?? (encrypted ? "SQS-managed key" : "none")],
    [
      "Function",
      mappings.map(({ functionName, state }) => `${functionName} (${state.toLowerCase()})`).join(", ") ||
        "none: the queue is not polled by Lambda",
    ],
  ];
  return all.filter((pair): pair is [string, string] => pair[1] !== undefined && pair[1] !== "");
}
