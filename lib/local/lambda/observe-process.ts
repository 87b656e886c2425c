import { type DeliveryInfo, OBSERVERS, type Observer } from "../../hook/index.ts";
import { type ConsumerOutcome, outcomeOf } from "./consumer-outcome.ts";
import { PublicationSteps, type PublishedEvent } from "./published-event.ts";

/** Who is told what happens in this process. */
export interface ProcessListener {
  outcome(outcome: ConsumerOutcome): void;
  published(event: PublishedEvent): void;
}

/** Observes all consumers and publishers that this process makes from now on, beside the observers that it has. */
export function observeProcess(listener: ProcessListener): void {
  const receivedAt = new WeakMap<DeliveryInfo, number>();
  const publications = new PublicationSteps();
  const observer: Observer = {
    name: "the local runtime's",
    onStep: (step) => {
      if (step.type === "received") {
        receivedAt.set(step.delivery, step.at);
      } else if (step.type === "settled") {
        listener.outcome(outcomeOf(step, receivedAt.get(step.delivery)));
      }
      const event = publications.take(step);
      if (event !== undefined) {
        listener.published(event);
      }
    },
  };
  // A module that the user's own options load before the handler may have put some there.
  const before = (globalThis as { [OBSERVERS]?: readonly Observer[] })[OBSERVERS] ?? [];
  Object.assign(globalThis, { [OBSERVERS]: [...before, observer] });
}
