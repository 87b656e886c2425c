import type { Deliver, ServiceDelivery } from "../../local/engine/index.ts";
import type { FaultyPart } from "./faults.ts";

/** Milliseconds from a topic to a queue: usual and late. */
const TRANSIT = { usual: [5, 60], late: [500, 20_000] } as const;

/** What a {@link FanOut} needs. */
export interface FanOutOptions extends FaultyPart {
  readonly onDelivered: (queueArn: string, messageId: string, body: string, sentAt: number) => void;
}

/** The way from the topic to the queues takes time; on standard queues messages overtake each other and arrive twice. */
export class FanOut {
  readonly #options: FanOutOptions;
  /** When the last message on its way to a FIFO queue arrives. */
  readonly #last = new Map<string, number>();
  #underWay = 0;

  constructor(options: FanOutOptions) {
    this.#options = options;
  }

  /** Messages that have left the topic and have not reached their queue. */
  get underWay(): number {
    return this.#underWay;
  }

  readonly wrapDelivery =
    (deliver: Deliver): Deliver =>
    (delivery) => {
      const fifo = delivery.queueArn.endsWith(".fifo");
      this.#send(deliver, delivery, fifo);
      if (!fifo && this.#options.faults.occurs("duplicateDelivery")) {
        this.#send(deliver, delivery, fifo);
      }
      return { status: "delivered", messageId: "under way" };
    };

  #send(deliver: Deliver, delivery: ServiceDelivery, fifo: boolean): void {
    const { virtual, faults, random, onDelivered } = this.#options;
    const [low, high] = faults.occurs("lateDelivery") ? TRANSIT.late : TRANSIT.usual;
    let at = virtual.now() + random.int(low, high);
    if (fifo) {
      at = Math.max(at, (this.#last.get(delivery.queueArn) ?? 0) + 1);
      this.#last.set(delivery.queueArn, at);
    }
    this.#underWay += 1;
    const sentAt = virtual.now();
    virtual.timer(at - virtual.now(), () => {
      this.#underWay -= 1;
      const outcome = deliver(delivery);
      if (outcome.status === "refused") {
        throw new Error(`${delivery.queueArn} refused a message: ${outcome.message}`);
      }
      onDelivered(delivery.queueArn, outcome.messageId, delivery.body, sentAt);
    });
  }
}
