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
  const message = "an event with the same id and other data was handled";
  if (idConflict === "warn") {
    logger.warn(message, { ...idsOf(delivery, event), ...conflict });
    return outcome;
  }
  const digests = `"${conflict.handled}" there, "${conflict.received}" here`;
  const error = new FanfareError("IdConflict", `${message}: digests ${digests}`, {
    field: "id",
    remedy: "give each event its own id",
  });
  return { kind: "deadLettered", error };
}
