import { z } from "zod";
import type { LogEntry } from "../../../lib/local/index.ts";
import { SUBSCRIBER_NAMES, SUBSCRIBERS, type SubscriberName } from "./subscribers.ts";

/** Of a line that a consumer logs what is counted here. */
const line = z.object({
  outcome: z.enum(["done", "duplicate", "expired", "ignored", "deadLettered", "retry"]),
  consumer: z.string(),
  messageId: z.string(),
  event: z.string().optional(),
  eventId: z.string().optional(),
  attempt: z.number().optional(),
});

/** One outcome of one message. */
export type JournalEntry = z.infer<typeof line>;

/** Outcomes after which a message does not come again. */
export type FinalOutcome = Exclude<JournalEntry["outcome"], "retry">;

/** What the handlers' logs say: each consumer logs the outcome of each message, once, as one JSON line. */
export class Journal {
  readonly #entries = new Map<SubscriberName, JournalEntry[]>(SUBSCRIBER_NAMES.map((name) => [name, []]));
  readonly #final = new Map<SubscriberName, Map<string, JournalEntry>>(
    SUBSCRIBER_NAMES.map((name) => [name, new Map()]),
  );

  /** Takes one line that a handler printed; other lines than outcomes are passed over. */
  readonly note = (entry: Pick<LogEntry, "line">): void => {
    if (!entry.line.startsWith("{") || !entry.line.includes('"outcome"')) return;
    const parsed = line.safeParse(tryJson(entry.line));
    if (!parsed.success) return;
    const name = SUBSCRIBER_NAMES.find((each) => SUBSCRIBERS[each].consumer === parsed.data.consumer);
    if (name === undefined) return;
    this.#entries.get(name)?.push(parsed.data);
    const final = this.#final.get(name);
    // A message that was done, and came again before it was deleted, stays one that was done.
    if (parsed.data.outcome !== "retry" && final?.has(parsed.data.messageId) === false) {
      final.set(parsed.data.messageId, parsed.data);
    }
  };

  /** Everything that was logged by a consumer, in order. */
  entries(name: SubscriberName): readonly JournalEntry[] {
    return this.#entries.get(name) ?? [];
  }

  /** The entries of the messages with an outcome, one a message. */
  ended(name: SubscriberName, outcome: FinalOutcome): readonly JournalEntry[] {
    return [...(this.#final.get(name)?.values() ?? [])].filter((entry) => entry.outcome === outcome);
  }

  /** Messages that have come to their end. */
  settled(name: SubscriberName): number {
    return this.#final.get(name)?.size ?? 0;
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
