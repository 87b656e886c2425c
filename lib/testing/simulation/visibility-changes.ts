import type { Call } from "../clients/index.ts";
import type { Invocation, QueuedMessage } from "./entities.ts";

/** The changes of visibility that queues have seen. */
export class VisibilityChanges {
  /** Receipt handles with the seconds that were asked for. */
  readonly #seen = new Set<string>();

  /**
   * Returns the messages whose visibility a call changed by the receipt handle of an older receive, as standard queues let it, where no
   * consumer can help that: the call arrived late, or it repeats one whose response was lost, or its function runs for longer than the
   * queue hides the message, which a poller knows and a function does not.
   */
  shownBy(invocations: readonly Invocation[], { input }: Call, late: boolean): QueuedMessage[] {
    const entries = input.Entries as readonly { ReceiptHandle?: string; VisibilityTimeout?: number }[];
    const changed = new Map<string | undefined, { readonly again: boolean }>();
    for (const { ReceiptHandle, VisibilityTimeout } of entries) {
      const change = `${ReceiptHandle} ${VisibilityTimeout}`;
      changed.set(ReceiptHandle, { again: this.#seen.has(change) });
      this.#seen.add(change);
    }
    return invocations.flatMap(({ messages, records, polled }) =>
      messages.filter((message, place) => {
        const receipt = records[place]?.receiptHandle;
        const change = changed.get(receipt);
        return change !== undefined && message.receipt !== receipt && (late || change.again || !polled);
      }),
    );
  }
}
