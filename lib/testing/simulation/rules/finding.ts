import type { QueuedMessage } from "../entities.ts";
import type { Rule } from "../options.ts";

/** A rule that does not hold, and where. */
export interface Finding {
  readonly rule: Rule;
  readonly message: string;
  readonly event?: string | undefined;
  readonly subscriber?: string | undefined;
}

/** A finding about a message's event at its subscriber. */
export function findingAt(rule: Rule, message: string, about: QueuedMessage): Finding {
  return { rule, message, event: about.case.event.id, subscriber: about.case.subscriber };
}
