import { FanfareError } from "../../errors/index.ts";
import { type Execution, idsOf, type Logger, type Outcome } from "../record/index.ts";

/** What becomes of an event that has other data than the one that was handled under its id. */
export interface IdConflictSettings {
  /** `ignore`: events are not compared. */
  readonly idConflict: "ignore" | "warn" | "dead-letter";
  readonly logger: Logger;
}

/** The outcome of a duplicate: what has other data under the id of a handled event is not dropped without a word. */
export function afterIdConflict(
  outcome: Outcome,
  { delivery, event }: Execution,
  { idConflict, logger }: IdConflictSettings,
): Outcome {
  const conflict = outcome.kind === "duplicate" ? outcome.conflict : undefined;
  if (conflict === undefined) {
    return outcome;
  }
  const { handled, received } = conflict;
  if (idConflict === "dead-letter") {
    const message = `an event with the same id and other data was handled: digest "${handled}" there, "${received}" here`;
    const remedy = "give each event its own id, and publish this one again: redriven, it would be the same";
    return { kind: "deadLettered", error: new FanfareError("IdConflict", message, { field: "id", remedy }) };
  }
  logger.warn("not handled: an event with the same id and other data was", {
    ...idsOf(delivery, event),
    handled,
    received,
  });
  return outcome;
}
