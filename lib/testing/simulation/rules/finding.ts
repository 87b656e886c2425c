import type { Case } from "../entities.ts";
import type { Rule } from "../options.ts";

/** A rule that was broken, and where. */
export interface Finding {
  readonly rule: Rule;
  readonly message: string;
  readonly event?: string | undefined;
  readonly subscriber?: string | undefined;
}

/** A finding about an event at a subscriber. */
export function findingAt(rule: Rule, message: string, { event, subscriber }: Case): Finding {
  return { rule, message, event: event.id, subscriber };
}
