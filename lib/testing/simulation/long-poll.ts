import type { Call, MemoryAws } from "../clients/index.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** A call of `ReceiveMessage` that has arrived at the queue. */
export interface LongPoll {
  readonly aws: MemoryAws;
  readonly virtual: VirtualClock;
  readonly call: Call;
  /** Whether the caller no longer waits for the response. */
  readonly isGone: () => boolean;
}

/** Calls back once: when the queue may have a visible message, or when the time of the long poll is over. */
export function waitForMessages({ aws, virtual, call, isGone }: LongPoll, callback: () => void): void {
  const { sqs } = aws.engine;
  const arn = sqs.resolveQueueUrl(aws.context, String(call.input.QueueUrl));
  const until = virtual.now() + Number(call.input.WaitTimeSeconds ?? 0) * 1_000;
  let cancel = () => {};
  const hasMessages = () => isAnyReceivable(sqs.inspect(arn), virtual.now());
  const end = () => {
    cancel();
    stopListening();
    if (!isGone()) {
      callback();
    }
  };
  const look = () => {
    cancel();
    if (isGone() || hasMessages() || virtual.now() >= until) {
      end();
      return;
    }
    const next = Math.min(until, sqs.nextChangeAt(arn) ?? until);
    cancel = virtual.timer(Math.max(1, next - virtual.now()), look);
  };
  // Not within the change itself: the queue is still at it.
  const stopListening = sqs.onChange((changed) => {
    if (changed === arn) {
      cancel();
      cancel = virtual.timer(0, look);
    }
  });
  look();
}

/** Whether a message is visible, and none of its group is in flight. */
function isAnyReceivable(messages: ReturnType<MemoryAws["engine"]["sqs"]["inspect"]>, now: number): boolean {
  const visible = messages.filter(({ availableAt }) => availableAt <= now);
  if (visible.every(({ groupId }) => groupId === undefined)) {
    return visible.length > 0;
  }
  const busy = new Set(messages.flatMap(({ availableAt, groupId }) => (availableAt > now ? [groupId] : [])));
  return visible.some(({ groupId }) => !busy.has(groupId));
}
