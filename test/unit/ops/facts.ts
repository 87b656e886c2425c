import type { OutcomeFact, PublicationFact } from "../../../lib/ops/index.ts";

/** An outcome of the event `e-1` at Billing, at its first attempt. */
export function outcome(more: Partial<OutcomeFact> = {}): OutcomeFact {
  return {
    kind: "outcome",
    at: 1_000,
    eventId: "e-1",
    event: "OrderPlaced",
    consumer: "shop.Billing",
    queue: "billing",
    messageId: "m-1",
    attempt: 1,
    outcome: "done",
    by: "billing-function",
    ...more,
  };
}

export function publication(more: Partial<PublicationFact> = {}): PublicationFact {
  return { kind: "publication", at: 900, eventId: "e-1", event: "OrderPlaced", target: "orders", ...more };
}
