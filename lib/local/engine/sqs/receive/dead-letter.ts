import type { StoredMessage } from "../messages/index.ts";
import { allowsSource, type Queue } from "../queue/index.ts";
import type { SqsState } from "../state.ts";

/**
 * The queue to which this message has to go instead of being received: it was received `maxReceiveCount` times here.
 * Without a target that exists and accepts the source the message stays, so that it is not lost.
 */
export function deadLetterTarget(state: SqsState, source: Queue, message: StoredMessage): Queue | undefined {
  const policy = source.redrivePolicy;
  if (policy === undefined || message.receivesHere < policy.maxReceiveCount) {
    return undefined;
  }
  const target = state.find(policy.deadLetterTargetArn);
  return target !== undefined && target.fifo === source.fifo && allowsSource(target.redriveAllowPolicy, source.arn)
    ? target
    : undefined;
}

/**
 * Moves a message to the dead-letter queue. Id, body, attributes and receive count stay; a standard queue's message
 * keeps its enqueue time as well, a FIFO queue's gets a new one ("Using dead-letter queues", message retention).
 */
export function moveToDeadLetterQueue(state: SqsState, source: Queue, target: Queue, message: StoredMessage): void {
  const now = state.now();
  source.messages.remove(message);
  const { sequenceNumber: _sequence, receipt: _receipt, ...kept } = message;
  target.messages.add(
    {
      ...kept,
      deadLetterSourceArn: source.arn,
      enqueuedAt: target.fifo ? now : message.enqueuedAt,
      availableAt: now,
    },
    now,
  );
  state.changed.add(target.arn);
  if (source.fifo) {
    // The rest of its group can go on.
    state.changed.add(source.arn);
  }
}
