import type { Answer, Call } from "./proxy/index.ts";

/** What the proxy saw of the queues: who has got which messages. */
export class Traffic {
  /** Deliveries to the analytics function, by event id. */
  readonly analytics = new Map<string, number>();
  #received = 0;
  #inHand = 0;

  /** Messages that pollers have got, repetitions counted. */
  get received(): number {
    return this.#received;
  }

  /** Messages that pollers have got and not deleted yet, about. */
  get inHand(): number {
    return this.#inHand;
  }

  /** The runtime is gone, and with it what it had in hand. */
  forget(): void {
    this.#inHand = 0;
  }

  readonly note = (call: Call, { status, body }: Answer): void => {
    if (call.service !== "sqs" || status !== 200) return;
    if (call.operation === "ReceiveMessage" && body.byteLength > 20) {
      const messages = list(JSON.parse(body.toString("utf8")), "Messages");
      this.#received += messages.length;
      this.#inHand += messages.length;
      if (/"QueueUrl":"[^"]*Analytics/.test(call.body.toString("utf8"))) {
        for (const message of messages) {
          const id = eventId(message.Body);
          this.analytics.set(id, (this.analytics.get(id) ?? 0) + 1);
        }
      }
    } else if (call.operation === "DeleteMessageBatch") {
      this.#inHand -= list(JSON.parse(body.toString("utf8")), "Successful").length;
    }
  };
}

function list(value: unknown, name: string): Record<string, unknown>[] {
  const items: unknown =
    typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : [];
  return Array.isArray(items) ? items : [];
}

function eventId(body: unknown): string {
  return /"id":"([^"]+)"/.exec(String(body))?.[1] ?? "";
}
