import type { QueuedMessage } from "../entities.ts";
import type { Rule } from "../options.ts";

/** A rule that was broken, and where. */
export interface Finding {
  readonly rule: Rule;
  readonly message: string;
  readonly event?: string | undefined;
  readonly subscriber?: string | undefined;
}

/** A finding about the event of a message at its subscriber. */
export function findingAt(rule: Rule, message: string, about: QueuedMessage): Finding {
  return { rule, message, event: about.case.event.id, subscriber: about.case.subscriber };
}
