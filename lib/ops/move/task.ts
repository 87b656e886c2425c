import { setTimeout as delay } from "node:timers/promises";
import type { Cloud } from "../cloud/index.ts";
import type { DeadLetterTarget } from "../fleet/index.ts";

/** Milliseconds between two looks at a task. */
const EVERY_MS = 1_000;

/** Most letters per second that a task can be asked for. Source: Amazon SQS API Reference, `StartMessageMoveTask`. */
export const MAX_TASK_RATE = 500;

/** Where a message move task of SQS stands. */
export interface TaskProgress {
  /** Approximately. */
  readonly moved: number;
  /** Letters that it has to move, approximately. */
  readonly total: number;
  readonly state: "running" | "completed" | "cancelled" | "failed";
  /** Why it failed, as SQS says it. */
  readonly problem: string | undefined;
}

/**
 * Has SQS itself move every letter of a dead-letter queue to its subscriber's queue. SQS takes no filter, keeps no journal and marks no
 * letter as redriven. An aborted signal cancels the task: what has been moved stays moved.
 *
 * @param rate letters per second at most, a whole number up to {@link MAX_TASK_RATE}. @default as fast as SQS can
 */
export async function* moveByTask(
  cloud: Cloud,
  { queue, subscriber }: DeadLetterTarget,
  { rate, signal }: { readonly rate?: number | undefined; readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<TaskProgress> {
  const { sdk, call } = await cloud.sqs();
  const start = new sdk.StartMessageMoveTaskCommand({
    SourceArn: queue.arn,
    DestinationArn: subscriber.queue.arn,
    ...(rate === undefined ? {} : { MaxNumberOfMessagesPerSecond: rate }),
  });
  const { TaskHandle } = await call((client, options) => client.send(start, options));
  let cancelled = false;
  for (;;) {
    if (signal?.aborted === true && !cancelled) {
      cancelled = true;
      const cancel = new sdk.CancelMessageMoveTaskCommand({ TaskHandle });
      // A task that has just ended cannot be cancelled: the next look says so.
      await call((client, options) => client.send(cancel, options)).catch(() => undefined);
    }
    // The newest comes first, and a queue has one at a time.
    const list = new sdk.ListMessageMoveTasksCommand({ SourceArn: queue.arn, MaxResults: 1 });
    const { Results: [task] = [] } = await call((client, options) => client.send(list, options));
    const state = STATES[task?.Status ?? ""] ?? "running";
    yield {
      moved: task?.ApproximateNumberOfMessagesMoved ?? 0,
      total: task?.ApproximateNumberOfMessagesToMove ?? 0,
      state,
      problem: task?.FailureReason,
    };
    if (state !== "running") {
      return;
    }
    await delay(EVERY_MS, undefined, cancelled ? {} : { signal }).catch(() => undefined);
  }
}

const STATES: Readonly<Record<string, TaskProgress["state"]>> = {
  COMPLETED: "completed",
  CANCELLED: "cancelled",
  FAILED: "failed",
};
