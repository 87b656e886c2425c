import { type Cloud, mapLimited } from "../cloud/index.ts";
import { deadLetterTargets } from "./find.ts";
import { oldestAges } from "./metrics.ts";
import { countsOf, unlessDeleted } from "./queues.ts";
import type { Fleet, FleetSnapshot, FleetSubscriber, QueueCounts, SubscriberStatus } from "./types.ts";
import { warningsOf } from "./warnings.ts";

/**
 * Counts, ages, drain times and warnings of all subscribers.
 *
 * @param previous an earlier snapshot, from which rates are computed
 * @param now milliseconds since the Unix epoch
 */
export async function snapshotOf(
  cloud: Cloud,
  fleet: Fleet,
  previous?: FleetSnapshot,
  now: number = Date.now(),
): Promise<FleetSnapshot> {
  const queues = [
    ...fleet.subscribers.map(({ queue }) => queue),
    ...deadLetterTargets(fleet).map(({ queue }) => queue),
  ];
  const distinct = [...new Map(queues.map((queue) => [queue.arn, queue])).values()];
  const [counted, ages] = await Promise.all([
    mapLimited(distinct, (queue) => unlessDeleted(() => countsOf(cloud, queue))),
    oldestAges(
      cloud,
      distinct.map(({ name }) => name),
      now,
    ),
  ]);
  const counts = new Map(distinct.map(({ arn }, index) => [arn, counted[index] ?? EMPTY]));
  const facts = (subscriber: FleetSubscriber) => statusOf(subscriber, { counts, ages, previous, now });
  return { at: now, subscribers: fleet.subscribers.map(facts) };
}

const EMPTY: QueueCounts = { visible: 0, inFlight: 0, delayed: 0 };

interface Facts {
  readonly counts: ReadonlyMap<string, QueueCounts>;
  readonly ages: ReadonlyMap<string, number>;
  readonly previous: FleetSnapshot | undefined;
  readonly now: number;
}

function statusOf(subscriber: FleetSubscriber, { counts, ages, previous, now }: Facts): SubscriberStatus {
  const { queue, deadLetterQueue, subscriptionDeadLetterQueues: undelivered } = subscriber;
  const own = counts.get(queue.arn) ?? EMPTY;
  const before = previous?.subscribers.find(({ name }) => name === subscriber.name);
  const seconds = previous === undefined ? 0 : (now - previous.at) / 1_000;
  const drainRate =
    before === undefined || seconds <= 0 ? undefined : (backlogOf(before.queue) - backlogOf(own)) / seconds;
  const status = {
    name: subscriber.name,
    queue: own,
    deadLetters: deadLetterQueue && (counts.get(deadLetterQueue.arn) ?? EMPTY),
    undelivered: undelivered.length === 0 ? undefined : sum(undelivered.map(({ arn }) => counts.get(arn) ?? EMPTY)),
    oldestSeconds: ages.get(queue.name),
    oldestDeadLetterSeconds: deadLetterQueue && ages.get(deadLetterQueue.name),
    drainRate,
    drainSeconds: drainRate === undefined || drainRate <= 0 ? undefined : Math.ceil(backlogOf(own) / drainRate),
  };
  return { ...status, warnings: warningsOf(subscriber, status) };
}

function backlogOf({ visible, inFlight, delayed }: QueueCounts): number {
  return visible + inFlight + delayed;
}

function sum(all: readonly QueueCounts[]): QueueCounts {
  return all.reduce(
    (total, each) => ({
      visible: total.visible + each.visible,
      inFlight: total.inFlight + each.inFlight,
      delayed: total.delayed + each.delayed,
    }),
    EMPTY,
  );
}
