import type { Guarantee } from "../../../consume/index.ts";
import { type Case, type HandlerRun, isResolved } from "../entities.ts";
import type { Ledger } from "../ledger.ts";
import type { Finding } from "./finding.ts";

/** A handler may start: not twice where once was promised, not beside another, not before its group's earlier events. */
export function checkStart(
  entry: Case,
  guarantee: Guarantee,
  ordered: boolean,
  ledger: Ledger,
  now: number,
): Finding | undefined {
  return checkOnce(entry, guarantee, now) ?? (ordered ? checkOrder(entry, ledger) : undefined);
}

function checkOnce(entry: Case, guarantee: Guarantee, now: number): Finding | undefined {
  const about = { event: entry.event.id, subscriber: entry.subscriber };
  if (guarantee === "at-least-once") return undefined;
  if (guarantee === "at-most-once") {
    if (entry.runs.length === 0) return undefined;
    return { rule: "effects-once", message: "it was handled a second time under at-most-once", ...about };
  }
  if (entry.completed || entry.commits > 0) {
    return { rule: "effects-once", message: "it was handled again after its completion was on record", ...about };
  }
  const other = entry.runs.find((run) => isAtWork(run, now));
  if (other === undefined) return undefined;
  return {
    rule: "one-handler-at-a-time",
    message: `a second handler started while one was at work in ${other.invocation.worker.name}`,
    ...about,
  };
}

/** Whether the handler still runs, or is frozen and may run on, before its invocation's time is over: its claim must keep others out. */
function isAtWork(run: HandlerRun, now: number): boolean {
  return run.state === "running" && !run.invocation.worker.isDead && now < run.invocation.endsAt;
}

function checkOrder(entry: Case, ledger: Ledger): Finding | undefined {
  const { event, subscriber } = entry;
  for (const other of ledger.sequenceOf(event.group)) {
    if (other === event) return undefined;
    const earlier = other.cases.get(subscriber);
    if (earlier !== undefined && !isResolved(earlier)) {
      return {
        rule: "order-in-group",
        message: `it was handled before ${other.id}, which is ahead of it in group ${event.group} and has no outcome yet`,
        event: event.id,
        subscriber,
      };
    }
  }
  return undefined;
}

/** A transaction of `ctx.commit` was written. */
export function checkCommit(entry: Case): Finding | undefined {
  if (entry.commits <= 1) return undefined;
  return {
    rule: "effects-once",
    message: "its transaction was written a second time",
    event: entry.event.id,
    subscriber: entry.subscriber,
  };
}
