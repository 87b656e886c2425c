import type { Outcome } from "../plan.ts";
import type { SUBSCRIBERS_OF } from "../stage/subscribers.ts";
import type { Order } from "./orders.ts";

type OrderSubscriber = (typeof SUBSCRIBERS_OF.orders)[number];

/** One event of an order, ready to be published. */
export type OrderEvent =
  | { readonly name: "OrderPlaced"; readonly id: string; readonly data: Order["placed"] }
  | { readonly name: "OrderPaid"; readonly id: string; readonly data: NonNullable<Order["paid"]> }
  | { readonly name: "OrderCancelled"; readonly id: string; readonly data: NonNullable<Order["cancelled"]> };

/** The events of an order, in their order. */
export function eventsOf({ placed, paid, cancelled }: Order): OrderEvent[] {
  const events: OrderEvent[] = [{ name: "OrderPlaced", id: `${placed.orderId}-placed`, data: placed }];
  if (paid !== undefined) {
    events.push({ name: "OrderPaid", id: `${placed.orderId}-paid`, data: paid });
  }
  if (cancelled !== undefined) {
    events.push({ name: "OrderCancelled", id: `${placed.orderId}-cancelled`, data: cancelled });
  }
  return events;
}

/** What should become of an event at a subscriber: the stack's filters and the handlers' rules, repeated in plain code. */
export function outcomeOf(subscriber: OrderSubscriber, event: OrderEvent): Outcome {
  switch (subscriber) {
    case "billing":
      return { kind: "processed" };
    case "inventory":
      return { kind: event.name === "OrderPaid" ? "filtered" : "processed" };
    case "notification":
      return notified(event);
    case "analytics":
      return event.name === "OrderPlaced" && event.data.total > 1_000_000
        ? { kind: "deadLettered", error: "Permanent" }
        : { kind: "processed" };
  }
}

function notified(event: OrderEvent): Outcome {
  if (event.name !== "OrderPlaced") {
    return { kind: "filtered" };
  }
  const { region, total, email } = event.data;
  if (region === "apac" || total < 100) {
    return { kind: "filtered" };
  }
  return email.endsWith("@bounced.example") ? { kind: "deadLettered", error: "Permanent" } : { kind: "processed" };
}
