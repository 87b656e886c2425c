import type { Hook } from "../../hook/index.ts";
import type { Commit, Ready } from "../record/index.ts";
import type { HandlerResult } from "./running-handlers.ts";

/** Tells that a handler is about to be called. */
export function tellStarted(hook: Hook, at: number, { delivery, event, tries }: Ready): void {
  if (!hook.tells("started")) {
    return;
  }
  const started = tries === undefined ? delivery.receiveCount : tries + 1;
  hook.tell({ type: "started", at, delivery, event: event.info, tries: started });
}

/** Tells how a handler ended. */
export function tellEnded(hook: Hook, at: number, startedAt: number, ready: Ready, result: HandlerResult): void {
  const error = result.kind === "returned" ? undefined : result.error;
  const { delivery, event } = ready;
  hook.tell({ type: "ended", at, durationMs: at - startedAt, delivery, event: event.info, result: result.kind, error });
}

/** A commit whose end is told. */
export function observedCommit(
  commit: Commit | undefined,
  { delivery, event }: Ready,
  hook: Hook | undefined,
): Commit | undefined {
  return commit === undefined || hook?.tells("committed") !== true
    ? commit
    : (items, signal) =>
        hook.timed(
          () => commit(items, signal),
          ({ at, durationMs, error }) => ({ type: "committed", at, durationMs, delivery, event: event.info, error }),
        );
}
