import type { Fate } from "./fate.ts";
import type { Incoming } from "./incoming.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Follow, Pipeline, Step, Work } from "./pipeline.ts";

/** Notes the fate of each record, exactly once. */
export type Note = (incoming: Incoming, fate: Fate) => void;

/** A handler that has ended; its completion, or what its failure leads to, may still be on its way. */
export interface Ended {
  readonly succeeded: boolean;
  readonly fate: MaybePromise<Fate>;
}

/** Told how a handler ended; see {@link Ended}. */
export type OnEnded = (succeeded: boolean, fate: MaybePromise<Fate>) => void;

/**
 * Runs the handler of a claimed event, or hands it back when no record may be started. With at-most-once it is run: the claim
 * was made for this record alone when there was time, and has marked it done; to hand it back would be to lose it.
 *
 * @param onEnded called once, at once for a handler that answers no promise
 */
export function startClaimed(work: Work, pipeline: Pipeline, onEnded: OnEnded): void {
  const now = pipeline.now();
  const closed = pipeline.claimsAhead ? pipeline.gate(now) : undefined;
  if (closed !== undefined) {
    onEnded(false, pipeline.handBack(work, closed));
    return;
  }
  pipeline.handle(work, now, (outcome) => {
    onEnded(outcome.kind === "returned", pipeline.concludeNow(work, outcome) ?? pipeline.conclude(work, outcome));
  });
}

/** As {@link startClaimed}, with a promise of its end. */
export function runClaimed(work: Work, pipeline: Pipeline): Promise<Ended> {
  return new Promise((resolve) => {
    startClaimed(work, pipeline, (succeeded, fate) => resolve({ succeeded, fate }));
  });
}

/** The fate of an event whose claim was answered without leave to handle it. */
export async function withoutHandler(
  work: Work,
  step: Follow | { readonly fate: Fate },
  pipeline: Pipeline,
): Promise<Fate> {
  if ("first" in step) return await pipeline.finish(work.incoming, pipeline.followed(await step.first));
  const fate = await pipeline.finish(work.incoming, step.fate);
  pipeline.noteUnhandled(work, fate);
  return fate;
}

/** Whether the claim gave leave to handle the event. */
export function mayHandle(step: Step<Work> | Follow): step is { readonly next: Work } {
  return "next" in step;
}
