import type { RecordWrite, StoredRecord, Write } from "./record.ts";

/** A claim, as its owner names it. */
export interface Owned {
  readonly key: string;
  readonly owner: string;
}

/** Counts the start of a handler, before it: what the owner wrote is the same if the call is repeated. */
export function countStart({ key, owner }: Owned, tries: number): Write {
  return { kind: "update", key, expected: { owner, state: "claimed" }, set: { tries } };
}

/** Marks, before it, the start of a handler that is never to be started twice. */
export function startOnce({ key, owner }: Owned, tries: number): Write {
  return { kind: "update", key, expected: { owner, state: "claimed" }, set: { state: "started", tries } };
}

/** Whether a refused {@link startOnce} had been written by an earlier call, whose response was lost. */
export function isStartedBy(seen: StoredRecord | undefined, { owner }: Owned): boolean {
  return seen?.state === "started" && seen.owner === owner;
}

/** Marks the event done. The owner alone may, and it may repeat it. */
export function complete({ key, owner }: Owned): Write {
  return { kind: "update", key, expected: { owner }, set: { state: "done" } };
}

/** What the transaction of `ctx.commit` writes besides the effects. Unlike {@link complete} never twice: the effects are not repeatable. */
export function completeOnce({ key, owner }: Owned): RecordWrite {
  return { kind: "update", key, expected: { owner, state: "claimed" }, set: { state: "done" } };
}

/** What the owner knows of a claim that it gives up. */
export interface Release {
  /** How often the handler has been started, this owner's start included. */
  readonly tries: number;
  /** The state that the owner left the record in: a late call must not undo what came after it. @default "claimed" */
  readonly state?: "claimed" | "started" | undefined;
  /** The tries that the claim itself wrote, where its response was lost: if the record has others, its lease ends it. */
  readonly counted?: number | undefined;
}

/** Gives the event up. With starts to remember, the record stays; without any, it goes, and the next claim is one write. */
export function release({ key, owner }: Owned, { tries, state = "claimed", counted }: Release): Write {
  const expected = { owner, state, ...(counted === undefined ? {} : { tries: counted }) };
  return tries === 0
    ? { kind: "delete", key, expected }
    : { kind: "update", key, expected, set: { owner: "", state: "released", leaseUntil: 0, tries } };
}
