import type { Call } from "../clients/index.ts";
import type { Invocation, QueuedMessage } from "./entities.ts";

/**
 * Returns the messages whose visibility a call changed by the receipt handle of an older receive, as standard queues let it. Where
 * such a call arrives late, no consumer can help that the message is received again at once.
 */
export function changedByOldReceipt(invocations: readonly Invocation[], call: Call): QueuedMessage[] {
  if (call.operation !== "ChangeMessageVisibilityBatch") {
    return [];
  }
  const entries = call.input.Entries as readonly { ReceiptHandle?: string }[];
  const changed = new Set(entries.map(({ ReceiptHandle }) => ReceiptHandle));
  return invocations.flatMap(({ messages, records }) =>
    messages.filter((message, place) => {
      const receipt = records[place]?.receiptHandle;
      return changed.has(receipt) && message.receipt !== receipt;
    }),
  );
}
