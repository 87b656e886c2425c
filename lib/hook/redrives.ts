import { FAILURE_ATTRIBUTE } from "../names/index.ts";
import { objectOf, parseJson } from "../std/index.ts";
import type { DeliveryInfo } from "./steps.ts";

/**
 * How often a message was redriven before, by the reason that its dead letter had; 0 for one that was not, or not by a tool that
 * counts. A message with a failure reason has been in a dead-letter queue, whichever tool redrove it.
 */
export function redrivesOf(delivery: DeliveryInfo): number {
  const reason = delivery.attribute(FAILURE_ATTRIBUTE);
  if (reason === undefined) {
    return 0;
  }
  const { redrives } = objectOf(parseJson(reason));
  return typeof redrives === "number" && redrives > 1 ? redrives : 1;
}
