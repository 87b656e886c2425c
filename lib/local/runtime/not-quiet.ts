import { LocalError } from "../common/index.ts";

/** Messages of one queue. */
export interface QueueDepth {
  readonly queueArn: string;
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

/** `whenQuiet` reached its deadline while messages were waiting. */
export class NotQuiet extends LocalError {
  /** The queues that hold messages. */
  readonly waiting: readonly QueueDepth[];

  constructor(message: string, waiting: readonly QueueDepth[]) {
    super("NotQuiet", message);
    this.waiting = waiting;
  }
}
