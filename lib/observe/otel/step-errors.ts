import type { ClaimedStep, CompletedStep } from "../../hook/index.ts";

/** A claim failed where the store could not be reached. That somebody else has the event is no failure. */
export function errorOfClaim({ outcome }: ClaimedStep): unknown {
  return outcome?.kind === "retry" && outcome.cause === "dependency" ? outcome.error : undefined;
}

/** A completion failed where the store could not be reached, or the claim was lost. */
export function errorOfCompletion({ status }: CompletedStep): unknown {
  return status === "settled" ? undefined : new Error(status);
}
