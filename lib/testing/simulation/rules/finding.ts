import type { Case } from "../entities.ts";
import type { About } from "../history.ts";
import type { Rule } from "../result.ts";

/** A rule that was broken, and where. */
export interface Finding extends About {
  readonly rule: Rule;
  readonly message: string;
}

type Place = Pick<Case, "event"> & Partial<Pick<Case, "subscriber">>;

/** A finding about an event, at a subscriber if one is given. */
export function findingAt(rule: Rule, message: string, { event, subscriber }: Place): Finding {
  return { rule, message, event: event.id, subscriber };
}
