import type { Guarantee } from "../../../consume/index.ts";
import { type Case, type HandlerRun, isResolved, type PublishedEvent } from "../entities.ts";
import { type Finding, findingAt } from "./finding.ts";

/** Milliseconds by which a worker's clock may be ahead or behind: two of them then differ by less than the store allows for. */
export const TOLERATED_SKEW_MS = 900;

/** What is known when a handler starts. */
export interface Start {
  readonly guarantee: Guarantee;
  /** Whether the queue is FIFO. */
  readonly ordered: boolean;
  /** The events of its group, in the order in which the topic has accepted them. */
  readonly sequence: readonly PublishedEvent[];
  /** The events that the same call of a batch handler takes. */
  readonly together: ReadonlySet<Case>;
  readonly now: number;
  /** By how much the clocks of workers may be wrong, in milliseconds. */
  readonly maxSkewMs: number;
}

/** Checks that a handler may start: not twice where once is promised, not beside another, not before its group's earlier events. */
export function checkStart(entry: Case, start: Start): Finding | undefined {
  if (entry.event.name === undefined) {
    return findingAt("outcome-is-true", "a handler was started for a body that is no event", entry);
  }
  return checkOnce(entry, start) ?? (start.ordered ? checkOrder(entry, start) : undefined);
}

function checkOnce(entry: Case, { guarantee, now, maxSkewMs }: Start): Finding | undefined {
  if (guarantee === "at-least-once") {
    return undefined;
  }
  if (maxSkewMs > TOLERATED_SKEW_MS && guarantee === "exactly-once") {
    // Claims may overlap then. What is still true is checked elsewhere: a commit is written once, and outcomes are true.
    return undefined;
  }
  if (guarantee === "at-most-once") {
    if (entry.runs.length === 0) {
      return undefined;
    }
    return findingAt("effects-once", "it was handled a second time under at-most-once", entry);
  }
  if (entry.completed || entry.commits > 0) {
    return findingAt("effects-once", "it was handled again after its completion was in the store", entry);
  }
  const other = entry.runs.find((run) => isRunning(run, now));
  if (other === undefined) {
    return undefined;
  }
  const message = `a second handler started while one was running in ${other.invocation.worker.name}`;
  return findingAt("one-handler-at-a-time", message, entry);
}

/** Whether the handler runs, or is frozen and may continue, before its invocation ends: its claim must keep others out. */
function isRunning(run: HandlerRun, now: number): boolean {
  return run.state === "running" && !run.invocation.worker.isDead && now < run.invocation.endsAt;
}

function checkOrder(entry: Case, { sequence, together }: Start): Finding | undefined {
  const { event, subscriber } = entry;
  for (const other of sequence) {
    if (other === event) {
      return undefined;
    }
    const earlier = other.cases.get(subscriber);
    if (earlier !== undefined && !isResolved(earlier) && !together.has(earlier)) {
      const message = `it was handled before ${other.id}, which is ahead of it in group ${event.group} and is not settled yet`;
      return findingAt("order-in-group", message, entry);
    }
  }
  return undefined;
}

/** Checks that `ctx.commit` has written one transaction at most. */
export function checkCommit(entry: Case): Finding | undefined {
  return entry.commits <= 1 ? undefined : findingAt("effects-once", "its transaction was written a second time", entry);
}
