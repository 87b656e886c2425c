import { LocalError } from "../common/index.ts";
import type { SourceDepth } from "../pollers/index.ts";

/** `whenQuiet` reached its deadline while messages were waiting. */
export class NotQuiet extends LocalError {
  /** The queues that hold messages, and the streams that hold records. */
  readonly waiting: readonly SourceDepth[];

  constructor(message: string, waiting: readonly SourceDepth[]) {
    super("NotQuiet", message);
    this.waiting = waiting;
  }
}
