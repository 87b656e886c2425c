import type { CallContext, EngineEnvironment } from "../kernel/index.ts";
import { queueDoesNotExist } from "./errors.ts";
import { MAXIMUM_IN_FLIGHT } from "./limits.ts";
import { parseQueueUrl, type Queue, queueArn } from "./queue/index.ts";

export interface SqsOptions {
  environment: EngineEnvironment;
  /** Origin of the queue URLs that are handed out. Default `http://localhost`; the server sets its own. */
  endpoint?: () => string;
  /** Messages in flight that one queue can have. Default: the quota of AWS, 120,000. */
  maximumInFlight?: number;
  /** Hands out the messages of standard queues in a shuffled order, drawn from the environment. Default: no. */
  shuffleStandardQueues?: boolean;
  /** Refuses to create a queue within 60 seconds of the deletion of its namesake, as AWS does. Default: no. */
  enforceDeletionPause?: boolean;
}

/** A message move task. Plain JSON. */
export interface MoveTask {
  readonly id: string;
  readonly sourceArn: string;
  /** Without it, each message goes back to the queue from which it came. */
  readonly destinationArn?: string;
  readonly maxPerSecond?: number;
  readonly startedAt: number;
  /** Messages that were ready in the source when the task started. */
  readonly toMove: number;
  moved: number;
  status: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";
  failureReason?: string;
}

/** Everything that the operations work on. */
export class SqsState {
  readonly environment: EngineEnvironment;
  readonly endpoint: () => string;
  readonly maximumInFlight: number;
  readonly shuffleStandardQueues: boolean;
  readonly enforceDeletionPause: boolean;
  readonly queues = new Map<string, Queue>();
  /** When queues were deleted, by ARN. */
  readonly deletedAt = new Map<string, number>();
  /** Oldest first. */
  readonly moveTasks: MoveTask[] = [];
  /** ARNs of the queues in which messages may have become available since listeners were told. */
  readonly changed = new Set<string>();

  constructor(options: SqsOptions) {
    this.environment = options.environment;
    this.endpoint = options.endpoint ?? (() => "http://localhost");
    this.maximumInFlight = options.maximumInFlight ?? MAXIMUM_IN_FLIGHT;
    this.shuffleStandardQueues = options.shuffleStandardQueues ?? false;
    this.enforceDeletionPause = options.enforceDeletionPause ?? false;
  }

  now(): number {
    return this.environment.now();
  }

  /** The queue with this ARN, brought up to the present time. */
  find(arn: string): Queue | undefined {
    const queue = this.queues.get(arn);
    queue?.advance(this.now());
    return queue;
  }

  /** The queue that a caller's URL names, brought up to the present time. Throws `QueueDoesNotExist`. */
  require(context: CallContext, queueUrl: string | undefined): Queue {
    const queue = this.find(queueArn(parseQueueUrl(context, queueUrl)));
    if (queue === undefined) {
      throw queueDoesNotExist();
    }
    return queue;
  }

  /** The queues whose redrive policy names `arn`, in the order of their ARNs. */
  sourcesOf(arn: string): Queue[] {
    return [...this.queues.values()]
      .filter((queue) => queue.redrivePolicy?.deadLetterTargetArn === arn)
      .sort((left, right) => (left.arn < right.arn ? -1 : 1));
  }
}
