import type { Body } from "../wire/index.ts";
import type { Incoming } from "./incoming.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Over, Step, Work } from "./work.ts";

/** A record that may be claimed or handled, or has to wait for its slot before that (`late`), or is over already. */
export type Opened =
  | Work
  | { readonly incoming: Incoming; readonly late: Body | undefined }
  | (Over & { readonly incoming: Incoming });

/**
 * Gets a record as far as it can go without a handler's slot. Offloaded payloads are fetched, and compressed bodies inflated, only in
 * one, so that no more of them are in memory than handlers run; with at-most-once nothing may be claimed sooner.
 */
export function openRecord(incoming: Incoming, pipeline: Pipeline): MaybePromise<Opened> {
  if (pipeline.isCompressed(incoming)) return { incoming, late: undefined };
  const opened = pipeline.open(incoming);
  return opened instanceof Promise
    ? opened.then((step) => identify(incoming, step, pipeline))
    : identify(incoming, opened, pipeline);
}

export function isWork(opened: Opened): opened is Work {
  return "event" in opened;
}

function identify(incoming: Incoming, opened: Step<Body>, pipeline: Pipeline): MaybePromise<Opened> {
  if ("fate" in opened) return { incoming, fate: opened.fate };
  if (opened.kind === "pointer" || !pipeline.claimsAhead) return { incoming, late: opened };
  const identified = pipeline.identify(incoming, opened);
  return identified instanceof Promise
    ? identified.then((step) => orOver(incoming, step))
    : orOver(incoming, identified);
}

function orOver(incoming: Incoming, step: Step<Work>): Opened {
  return "fate" in step ? { incoming, fate: step.fate } : step;
}
