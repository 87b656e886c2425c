import type { Body } from "../wire/index.ts";
import type { Fate } from "./fate.ts";
import type { Incoming } from "./incoming.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Pipeline } from "./pipeline.ts";
import type { HandlerOutcome } from "./run-handler.ts";
import { outOfTime } from "./verdict.ts";
import { type Follow, mayHandle, type Over, type Work } from "./work.ts";

/** Notes the fate of each record, exactly once. */
export type Note = (incoming: Incoming, fate: Fate) => void;

/** A handler that has ended; its completion, or what its failure leads to, may still be on its way. */
export interface Ended {
  readonly succeeded: boolean;
  readonly fate: MaybePromise<Fate>;
}

/** Told how a handler ended; see {@link Ended}. */
export type OnEnded = (work: Work, succeeded: boolean, fate: MaybePromise<Fate>) => void;

/**
 * Makes what runs the handlers of claimed events, or hands the events back when no record may be started. With at-most-once they
 * are run: the claim was made for that record alone when there was time, and has marked it done; to hand it back would be to lose
 * it.
 *
 * @param onEnded called once for each event, at once for a handler that answers no promise
 */
export function starter(pipeline: Pipeline, onEnded: OnEnded): (work: Work) => void {
  const ended = (work: Work, outcome: HandlerOutcome) => {
    onEnded(work, outcome.kind === "returned", pipeline.concludeNow(work, outcome) ?? pipeline.conclude(work, outcome));
  };
  return (work) => {
    const now = pipeline.now();
    const closed = pipeline.claimsAhead ? pipeline.gate(now) : undefined;
    if (closed === undefined) pipeline.handle(work, now, ended);
    else onEnded(work, false, pipeline.handBack(work, closed));
  };
}

/** Runs the handler of a claimed event as {@link starter} does, with a promise of its end. */
export function runClaimed(work: Work, pipeline: Pipeline): Promise<Ended> {
  return new Promise((resolve) => {
    starter(pipeline, (_work, succeeded, fate) => resolve({ succeeded, fate }))(work);
  });
}

/** The fate of an event whose claim was answered without leave to handle it. */
export async function withoutHandler(work: Work, step: Follow | Over, pipeline: Pipeline): Promise<Fate> {
  if ("first" in step) return await pipeline.finish(work.incoming, pipeline.followed(await step.first));
  const fate = await pipeline.finish(work.incoming, step.fate);
  pipeline.noteUnhandled(work, fate);
  return fate;
}

/** The whole way of a record that has its slot: one whose body is elsewhere or compressed, or that must not be claimed sooner. */
export async function runWhole(incoming: Incoming, early: Body | undefined, pipeline: Pipeline): Promise<Ended> {
  const failed = (fate: Fate): Ended => ({ succeeded: false, fate: pipeline.finish(incoming, fate) });
  const closed = pipeline.gate();
  if (closed !== undefined) return failed(closed);
  const body = early ?? (await pipeline.open(incoming));
  if ("fate" in body) return failed(body.fate);
  const fetched = body.kind === "pointer" ? await pipeline.fetch(incoming, body.pointer) : body;
  if ("fate" in fetched) return failed(fetched.fate);
  const work = await pipeline.identify(incoming, fetched);
  if ("fate" in work) return failed(work.fate);
  const [claiming] = await pipeline.claim([work], true);
  if (claiming === undefined) return failed(outOfTime());
  if (mayHandle(claiming)) return await runClaimed(claiming, pipeline);
  return { succeeded: false, fate: withoutHandler(work, claiming, pipeline) };
}
