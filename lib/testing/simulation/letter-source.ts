import type { SqsRecord } from "../../consume/index.ts";
import type { Invocation, QueuedMessage } from "./entities.ts";

/** What a dead letter was made of. */
export interface Source {
  readonly invocation: Invocation;
  readonly message: QueuedMessage;
  readonly record: SqsRecord;
}

/** The record of which a dead letter was made: of those with its body, one whose outcome is open. */
export function sourceOf(body: string | undefined, invocations: readonly Invocation[]): Source | undefined {
  const sources = invocations.flatMap((invocation) =>
    invocation.records.flatMap((record, place): Source[] => {
      const message = invocation.messages[place];
      return record.body === body && message !== undefined ? [{ invocation, message, record }] : [];
    }),
  );
  return sources.findLast(({ invocation, message }) => !invocation.outcomes.has(message.id)) ?? sources.at(-1);
}
