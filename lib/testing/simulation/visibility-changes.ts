import type { Call } from "../clients/index.ts";
import type { Invocation, QueuedMessage } from "./entities.ts";

/** The changes of visibility that queues have seen. */
export class VisibilityChanges {
  /** Receipt handles with the seconds that were asked for. */
  readonly #seen = new Set<string>();

  /**
   * Returns the messages whose visibility a call changed by the receipt handle of an older receive, as standard queues let it, where no
   * consumer can help that: the call arrived late, or it repeats one whose response was lost.
   */
  shownBy(invocations: readonly Invocation[], { input }: Call, late: boolean): QueuedMessage[] {
    const entries = input.Entries as readonly { ReceiptHandle?: string; VisibilityTimeout?: number }[];
    const excused = new Set<string | undefined>();
    for (const { ReceiptHandle, VisibilityTimeout } of entries) {
      const change = `${ReceiptHandle} ${VisibilityTimeout}`;
      if (late || this.#seen.has(change)) {
        excused.add(ReceiptHandle);
      }
      this.#seen.add(change);
    }
    return invocations.flatMap(({ messages, records }) =>
      messages.filter((message, place) => {
        const receipt = records[place]?.receiptHandle;
        return excused.has(receipt) && message.receipt !== receipt;
      }),
    );
  }
}
