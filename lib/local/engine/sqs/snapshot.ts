import { checkSnapshotVersion } from "../kernel/index.ts";
import type { StoredMessage } from "./messages/index.ts";
import {
  Queue,
  type QueueAddress,
  type QueueAttributes,
  type ReceiveAttempt,
  Recent,
  type RecordedSend,
} from "./queue/index.ts";
import type { MoveTask, SqsState } from "./state.ts";

const VERSION = 1;

interface QueueSnapshot {
  readonly id: string;
  readonly address: QueueAddress;
  readonly attributes: QueueAttributes;
  readonly tags: readonly (readonly [string, string])[];
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly lastPurgedAt?: number;
  readonly position: number;
  readonly messages: readonly StoredMessage[];
  readonly rotation: readonly string[];
  readonly deduplication: readonly (readonly [string, RecordedSend])[];
  readonly attempts: readonly (readonly [string, ReceiveAttempt])[];
}

/** The whole state of the engine as plain JSON. */
export interface SqsSnapshot {
  readonly version: typeof VERSION;
  readonly queues: readonly QueueSnapshot[];
  readonly moveTasks: readonly MoveTask[];
  readonly deletedAt: readonly (readonly [string, number])[];
}

export function takeSnapshot(state: SqsState): SqsSnapshot {
  return {
    version: VERSION,
    queues: [...state.queues.values()].map(snapshotOf),
    moveTasks: state.moveTasks.map((task) => ({ ...task })),
    deletedAt: [...state.deletedAt],
  };
}

/** Replaces the whole state. The snapshot may be used again. */
export function restoreSnapshot(state: SqsState, snapshot: SqsSnapshot): void {
  checkSnapshotVersion("SQS", snapshot.version, VERSION);
  const gone = [...state.queues.keys()];
  state.queues.clear();
  state.deletedAt.clear();
  for (const stored of snapshot.queues) {
    const queue = queueFrom(state, stored);
    state.queues.set(queue.arn, queue);
  }
  for (const [arn, at] of snapshot.deletedAt) {
    state.deletedAt.set(arn, at);
  }
  state.moveTasks.splice(0, state.moveTasks.length, ...snapshot.moveTasks.map((task) => ({ ...task })));
  for (const arn of [...gone, ...state.queues.keys()]) {
    state.changed.add(arn);
  }
}

function snapshotOf(queue: Queue): QueueSnapshot {
  return {
    id: queue.id,
    address: queue.address,
    attributes: { ...queue.attributes },
    tags: [...queue.tags],
    createdAt: queue.createdAt,
    modifiedAt: queue.modifiedAt,
    ...(queue.lastPurgedAt === undefined ? {} : { lastPurgedAt: queue.lastPurgedAt }),
    position: queue.messages.position,
    messages: queue.messages.all().map(copyOf),
    rotation: queue.messages.rotation(),
    deduplication: queue.recentSends.entries(),
    attempts: queue.recentAttempts.entries(),
  };
}

function queueFrom(state: SqsState, stored: QueueSnapshot): Queue {
  const queue = new Queue({
    id: stored.id,
    address: stored.address,
    attributes: { ...stored.attributes },
    createdAt: stored.createdAt,
    recentSends: new Recent(stored.deduplication),
    recentAttempts: new Recent(stored.attempts),
    position: stored.position,
    ...(state.shuffleStandardQueues ? { random: () => state.environment.random() } : {}),
  });
  queue.modifiedAt = stored.modifiedAt;
  queue.lastPurgedAt = stored.lastPurgedAt;
  for (const [key, value] of stored.tags) {
    queue.tags.set(key, value);
  }
  for (const message of stored.messages) {
    queue.messages.restore(copyOf(message));
  }
  queue.messages.arrange(stored.rotation);
  return queue;
}

/** The parts of a message that change are copied, the others shared. */
function copyOf(message: StoredMessage): StoredMessage {
  return message.receipt === undefined ? { ...message } : { ...message, receipt: { ...message.receipt } };
}
