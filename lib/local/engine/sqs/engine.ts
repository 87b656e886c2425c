import { type CallContext, Dispatcher } from "../kernel/index.ts";
import { checkAccess } from "./access.ts";
import { queueDoesNotExist, unsupportedOperation } from "./errors.ts";
import { type InspectedMessage, inspectQueue } from "./inspection.ts";
import * as manage from "./manage/index.ts";
import * as moveTasks from "./move-tasks/index.ts";
import type { SqsOperations } from "./operations.ts";
import * as receive from "./receive/index.ts";
import type { DeliveryOutcome, ServiceDelivery } from "./send/index.ts";
import * as send from "./send/index.ts";
import { restoreSnapshot, type SqsSnapshot, takeSnapshot } from "./snapshot.ts";
import { type SqsOptions, SqsState } from "./state.ts";

const HANDLERS = {
  AddPermission: manage.addPermission,
  CancelMessageMoveTask: moveTasks.cancelMessageMoveTask,
  ChangeMessageVisibility: receive.changeMessageVisibility,
  ChangeMessageVisibilityBatch: receive.changeMessageVisibilityBatch,
  CreateQueue: manage.createQueue,
  DeleteMessage: receive.deleteMessage,
  DeleteMessageBatch: receive.deleteMessageBatch,
  DeleteQueue: manage.deleteQueue,
  GetQueueAttributes: manage.getQueueAttributes,
  GetQueueUrl: manage.getQueueUrl,
  ListDeadLetterSourceQueues: manage.listDeadLetterSourceQueues,
  ListMessageMoveTasks: moveTasks.listMessageMoveTasks,
  ListQueueTags: manage.listQueueTags,
  ListQueues: manage.listQueues,
  PurgeQueue: manage.purgeQueue,
  ReceiveMessage: receive.receiveMessage,
  RemovePermission: manage.removePermission,
  SendMessage: send.sendMessage,
  SendMessageBatch: send.sendMessageBatch,
  SetQueueAttributes: manage.setQueueAttributes,
  StartMessageMoveTask: moveTasks.startMessageMoveTask,
  TagQueue: manage.tagQueue,
  UntagQueue: manage.untagQueue,
};

const DISPATCHER = new Dispatcher<SqsState, SqsOperations, SqsOperation>(HANDLERS, (names, given) =>
  unsupportedOperation(`SQS has no operation ${given} in the local engine. It has ${names.join(", ")}.`),
);

export type SqsOperation = keyof typeof HANDLERS;

/** The operations that {@link SqsEngine.call} supports. */
export const SQS_OPERATIONS = DISPATCHER.names;

/**
 * Amazon SQS as a pure state machine: no I/O, no timers; time and randomness come from the environment. One engine serves
 * all accounts and Regions. The queue policy decides on calls and on deliveries of services; there is no IAM here, so a
 * caller of the queue's own account may do what no statement denies.
 */
export class SqsEngine {
  readonly #state: SqsState;
  readonly #listeners = new Set<(queueArn: string) => void>();

  constructor(options: SqsOptions) {
    this.#state = new SqsState(options);
  }

  /**
   * Runs one operation with the SDK's own input and output. `ReceiveMessage` returns immediately, whatever
   * `WaitTimeSeconds` is.
   *
   * @throws AwsError as the service does
   */
  call<O extends SqsOperation>(
    context: CallContext,
    operation: O,
    input: SqsOperations[O]["input"],
  ): SqsOperations[O]["output"] {
    return this.#run(() => {
      checkAccess(this.#state, context, operation, input);
      return DISPATCHER.call(this.#state, context, operation, input);
    });
  }

  /** A service delivers a message: the queue must exist and its policy allow it. Ordinary refusals do not throw. */
  deliver(delivery: ServiceDelivery): DeliveryOutcome {
    return this.#run(() => send.deliver(this.#state, delivery));
  }

  /**
   * Tells the listener the ARN of a queue after each call that may have made messages of it available, or that
   * deleted it. The listener may call the engine. Returns the function that ends this.
   */
  onChange(listener: (queueArn: string) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /**
   * The earliest time, in milliseconds since the epoch and later than now, at which the passing of time alone can
   * make a message of the queue receivable: a delay or visibility timeout ends, or a move task brings one.
   * `undefined` when there is none, or no such queue.
   */
  nextChangeAt(queueArn: string): number | undefined {
    return this.#run(() => {
      const queue = this.#state.find(queueArn);
      if (queue === undefined) {
        return undefined;
      }
      const times = [queue.messages.nextAvailableAt(), moveTasks.nextMoveInto(this.#state, queue)].filter(
        (time) => time !== undefined,
      );
      return times.length > 0 ? Math.min(...times) : undefined;
    });
  }

  /** The ARN of the queue that the caller means with a URL. Throws `QueueDoesNotExist`. */
  resolveQueueUrl(context: CallContext, queueUrl: string): string {
    return this.#state.require(context, queueUrl).arn;
  }

  /** All messages of the queue, without receiving them. Throws `QueueDoesNotExist`. */
  inspect(queueArn: string): readonly InspectedMessage[] {
    return this.#run(() => {
      const queue = this.#state.find(queueArn);
      if (queue === undefined) {
        throw queueDoesNotExist();
      }
      return inspectQueue(queue);
    });
  }

  snapshot(): SqsSnapshot {
    return this.#run(() => takeSnapshot(this.#state));
  }

  /** Replaces the whole state by that of a snapshot. */
  restore(snapshot: SqsSnapshot): void {
    this.#run(() => restoreSnapshot(this.#state, snapshot));
  }

  /**
   * Catches up with time, does the work, and then tells the listeners what changed, even when the work failed
   * half-way.
   */
  #run<R>(work: () => R): R {
    try {
      moveTasks.advanceMoveTasks(this.#state);
      return work();
    } finally {
      this.#announce();
    }
  }

  #announce(): void {
    const changed = [...this.#state.changed];
    this.#state.changed.clear();
    for (const arn of changed) {
      for (const listener of [...this.#listeners]) {
        listener(arn);
      }
    }
  }
}
