import type { Item } from "../../clients/index.ts";
import type { Case } from "../entities.ts";
import type { Worker } from "../worker.ts";
import { type Finding, findingAt } from "./finding.ts";

/** A change of a record of the idempotency table. Times are true time, in milliseconds since the epoch. */
export interface RecordChange {
  readonly entry: Case;
  readonly item: Item | undefined;
  readonly before: Item | undefined;
  /** The worker that made the call. */
  readonly writer: Worker | undefined;
  /** The worker whose token was in the record. */
  readonly owner: Worker | undefined;
  /** The worker whose token is in the record now. */
  readonly newOwner: Worker | undefined;
  readonly now: number;
  readonly maxSkewMs: number;
}

/** Checks that only the owner of an idempotency record changes it; other workers may only take over an expired claim. */
export function checkRecordChange(change: RecordChange): Finding | undefined {
  const { entry, item, before, writer, owner, newOwner, now, maxSkewMs } = change;
  if (before === undefined || owner === undefined || writer === owner) {
    return undefined;
  }
  const isDone = before.state?.S === "done";
  const isExpired = !isDone && Number(before.leaseUntil?.N) <= now + maxSkewMs;
  if (isExpired && newOwner === writer && item?.state?.S !== "done") {
    return undefined;
  }
  // At-most-once: the redriven dead letter that names the start may claim the event, as its sender knows how the start ended.
  if (before.state?.S === "started" && newOwner === writer && item?.state?.S === "claimed") {
    return undefined;
  }
  const what = isDone ? "record of completion" : isExpired ? "expired claim" : "claim";
  const did = `${writer?.name ?? "an unknown worker"} ${item === undefined ? "deleted" : "changed"}`;
  return findingAt("owner-only", `${did} the ${what} of ${owner.name}`, entry);
}
