import type { Item } from "../../dynamodb/index.ts";
import type { Case } from "../entities.ts";
import type { Worker } from "../worker.ts";
import type { Finding } from "./finding.ts";

/** A change of a record of the idempotency table. Times are true time, in milliseconds since the epoch. */
export interface RecordChange {
  readonly entry: Case;
  readonly item: Item | undefined;
  readonly before: Item | undefined;
  /** Whose call it was. */
  readonly writer: Worker | undefined;
  /** Whose token the record held. */
  readonly owner: Worker | undefined;
  readonly now: number;
  readonly maxSkewMs: number;
}

/** A record changes by the hand of the worker whose token it holds; another may only delete a claim that is over. */
export function checkRecordChange(change: RecordChange): Finding | undefined {
  const { entry, item, before, writer, owner, now, maxSkewMs } = change;
  if (before === undefined || owner === undefined || writer === owner) return undefined;
  const isDone = before.state?.S === "done";
  const isOver = !isDone && Number(before.leaseUntil?.N) <= now + maxSkewMs;
  if (item === undefined && isOver) return undefined;
  const what = isDone ? "record of completion" : isOver ? "claim, although it is over," : "claim";
  return {
    rule: "owner-only",
    message: `${writer?.name ?? "somebody"} ${item === undefined ? "deleted" : "changed"} the ${what} of ${owner.name}`,
    event: entry.event.id,
    subscriber: entry.subscriber,
  };
}
