import { randomUuid } from "../../kernel/index.ts";
import type { StoredMessage } from "../messages/index.ts";
import type { Queue } from "../queue/index.ts";
import type { MoveTask, SqsState } from "../state.ts";

/**
 * Does what running tasks should have done by now. A task with a rate moves its n-th message n divided by rate
 * seconds after it started; one without a rate moves all immediately. It ends when nothing is ready in its source: messages that
 * are delayed or in flight stay.
 */
export function advanceMoveTasks(state: SqsState): void {
  const now = state.now();
  for (const task of state.moveTasks) {
    while (task.status === "RUNNING" && dueAt(task) <= now) {
      step(state, task);
    }
  }
}

/** When a running task may next put a message into the queue. */
export function nextMoveInto(state: SqsState, queue: Queue): number | undefined {
  const due = state.moveTasks.filter((task) => task.status === "RUNNING" && mayFill(task, queue)).map(dueAt);
  return due.length > 0 ? Math.min(...due) : undefined;
}

function mayFill(task: MoveTask, queue: Queue): boolean {
  return task.destinationArn === undefined
    ? queue.redrivePolicy?.deadLetterTargetArn === task.sourceArn
    : task.destinationArn === queue.arn;
}

function dueAt(task: MoveTask): number {
  return task.maxPerSecond === undefined
    ? task.startedAt
    : task.startedAt + Math.floor((task.moved * 1_000) / task.maxPerSecond);
}

/** Moves the next message, or ends the task. */
function step(state: SqsState, task: MoveTask): void {
  const at = dueAt(task);
  const source = state.queues.get(task.sourceArn);
  if (source === undefined) {
    fail(task, "AWS.SimpleQueueService.NonExistentQueue");
    return;
  }
  source.advance(at);
  const message = source.messages.peek();
  if (message === undefined) {
    task.status = "COMPLETED";
    return;
  }
  const destinationArn = task.destinationArn ?? message.deadLetterSourceArn;
  if (destinationArn === undefined) {
    // It was sent to the dead-letter queue directly, so it has no source queue.
    fail(task, "CouldNotDetermineMessageSource");
    return;
  }
  const destination = state.queues.get(destinationArn);
  if (destination === undefined) {
    fail(task, "AWS.SimpleQueueService.NonExistentQueue");
    return;
  }
  move(state, source, destination, message, at);
  task.moved++;
}

/** A moved message is a new one: new id, new enqueue time, never received ("Configure a dead-letter queue redrive"). */
function move(state: SqsState, source: Queue, destination: Queue, message: StoredMessage, at: number): void {
  source.messages.remove(message);
  destination.advance(at);
  destination.messages.add(
    {
      id: randomUuid(state.environment),
      body: message.body,
      attributes: message.attributes,
      senderId: message.senderId,
      enqueuedAt: at,
      availableAt: at,
      ...(message.traceHeader === undefined ? {} : { traceHeader: message.traceHeader }),
      ...(message.groupId === undefined ? {} : { groupId: message.groupId }),
      ...(message.deduplicationId === undefined ? {} : { deduplicationId: message.deduplicationId }),
    },
    at,
  );
  state.changed.add(destination.arn);
}

function fail(task: MoveTask, reason: string): void {
  task.status = "FAILED";
  task.failureReason = reason;
}
