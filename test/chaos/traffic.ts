import type { Answer, Call } from "./proxy/index.ts";

/** After this long a message is with its handler no more: it was handed back without the proxy noticing, or lost. */
const RECENT_MS = 5_000;

/** What the proxy saw of the queues: who has got which messages. */
export class Traffic {
  /** Deliveries to the analytics function, by event id. */
  readonly analytics = new Map<string, number>();
  #received = 0;
  /** When messages were handed out, by receipt handle, oldest first. */
  readonly #handedOut = new Map<string, number>();

  /** Messages that pollers have got, repetitions counted. */
  get received(): number {
    return this.#received;
  }

  /** Messages that pollers have got lately, and neither deleted nor handed back. */
  get inFlight(): number {
    for (const [handle, at] of this.#handedOut) {
      if (at + RECENT_MS > Date.now()) {
        break;
      }
      this.#handedOut.delete(handle);
    }
    return this.#handedOut.size;
  }

  /** The runtime is gone, and with it the messages in flight. */
  forget(): void {
    this.#handedOut.clear();
  }

  readonly note = (call: Call, { status, body }: Answer): void => {
    if (call.service !== "sqs" || status !== 200) {
      return;
    }
    if (call.operation === "ReceiveMessage" && body.byteLength > 20) {
      const messages = list(JSON.parse(body.toString("utf8")), "Messages");
      this.#received += messages.length;
      for (const { ReceiptHandle } of messages) {
        this.#handedOut.set(String(ReceiptHandle), Date.now());
      }
      if (/"QueueUrl":"[^"]*Analytics/.test(call.body.toString("utf8"))) {
        for (const message of messages) {
          const id = eventId(message.Body);
          this.analytics.set(id, (this.analytics.get(id) ?? 0) + 1);
        }
      }
    } else if (call.operation === "DeleteMessageBatch" || call.operation === "ChangeMessageVisibilityBatch") {
      for (const { ReceiptHandle } of list(JSON.parse(call.body.toString("utf8")), "Entries")) {
        this.#handedOut.delete(String(ReceiptHandle));
      }
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
