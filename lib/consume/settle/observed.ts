import type { Hook, Outcome } from "../../hook/index.ts";
import type { SettleResult } from "../../idempotency/index.ts";
import type { Claims } from "../claim/index.ts";
import type { Delivery, Execution } from "../record/index.ts";

/** When the settlement of a delivery begins that is about to be settled: with the end of its handler, where that has returned. */
export function startOfSettling(hook: Hook, { claim }: Execution): number {
  return claim === "complete" ? hook.lastAt : hook.now();
}

/** When a delivery is settled: with the end of its completion, if that was what settled it. */
export function endOfSettling(hook: Hook, { claim }: Execution, outcome: Outcome): number {
  return claim === "complete" && outcome.kind === "done" ? hook.lastAt : hook.now();
}

/**
 * Completes a claim, and tells how that ended.
 *
 * @param startedAt when that starts, where it is known
 */
export function observedCompletion(
  hook: Hook | undefined,
  claims: Claims | undefined,
  { delivery, key = "" }: Execution,
  startedAt?: number,
): Promise<SettleResult> | undefined {
  if (claims === undefined || hook === undefined) {
    return claims?.complete(key);
  }
  return hook.timed(
    () => claims.complete(key),
    ({ at, durationMs, result }) => {
      const status = result?.status ?? "unavailable";
      return { type: "completed", at, durationMs, delivery, status };
    },
    startedAt,
  );
}

/** Sends a dead letter, and tells how that ended. @throws what `send` throws */
export async function observedLetter(
  hook: Hook | undefined,
  delivery: Delivery,
  queueUrl: string,
  send: () => Promise<void>,
): Promise<void> {
  await (hook === undefined
    ? send()
    : hook.timed(send, ({ at, durationMs, error }) => {
        return { type: "letterSent", at, durationMs, delivery, queueUrl, error };
      }));
}
