/** What belongs together: topics, subscribers, queues, dead-letter queues, mappings and tables. */
export { type DiscoverOptions, discoverFleet } from "./discover.ts";
export { type DeadLetterTarget, deadLetterTargets, findDeadLetters, findSubscriber } from "./find.ts";
export { functionNamed, invokeFunction } from "./invoke-function.ts";
export { readManifest } from "./manifests.ts";
export { setMappingEnabled } from "./mappings.ts";
export { queueTime } from "./queue-time.ts";
export { countsOf, isAbsentQueue, listQueueUrls, TAIL_PREFIX, unlessDeleted, unlessGone } from "./queues.ts";
export { snapshotOf } from "./snapshot.ts";
export type {
  Fleet,
  FleetMapping,
  FleetQueue,
  FleetSnapshot,
  FleetSource,
  FleetSubscriber,
  FleetSubscription,
  QueueCounts,
  SubscriberStatus,
} from "./types.ts";
