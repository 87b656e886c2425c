import type { Hook } from "../../hook/index.ts";
import type { SettleResult } from "../../idempotency/index.ts";
import type { Claims } from "../claim/index.ts";
import type { Delivery, Execution } from "../record/index.ts";

/** Completes a claim, and tells how that ended. */
export function observedCompletion(
  hook: Hook | undefined,
  claims: Claims | undefined,
  { delivery, key = "" }: Execution,
): Promise<SettleResult> | undefined {
  if (claims === undefined || hook?.tells("completed") !== true) {
    return claims?.complete(key);
  }
  return hook.timed(
    () => claims.complete(key),
    ({ at, durationMs, result }) => {
      const status = result?.status ?? "unavailable";
      return { type: "completed", at, durationMs, delivery, status };
    },
  );
}

/** Sends a dead letter, and tells how that ended. @throws what `send` throws */
export async function observedLetter(
  hook: Hook | undefined,
  delivery: Delivery,
  queueUrl: string,
  send: () => Promise<void>,
): Promise<void> {
  await (hook?.tells("letterSent") !== true
    ? send()
    : hook.timed(send, ({ at, durationMs, error }) => {
        return { type: "letterSent", at, durationMs, delivery, queueUrl, error };
      }));
}
