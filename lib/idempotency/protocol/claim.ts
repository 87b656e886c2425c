import type { RecordWrite, StoredRecord } from "./record.ts";

/**
 * Milliseconds by which the clocks of two workers may differ. A lease ends only this much later for other workers, so that a
 * worker whose clock is ahead does not take over an event that is in progress.
 */
const CLOCK_SKEW_MS = 2_000;

/** A worker that wants an event. */
export interface Claimant {
  readonly key: string;
  readonly owner: string;
  /** Milliseconds since the Unix epoch. */
  readonly leaseUntil: number;
  /** Seconds since the Unix epoch. */
  readonly expiresAt: number;
  /** Whether the handler starts as soon as the event is claimed: its start is counted by the claim. */
  readonly startsNow: boolean;
  /** The token of the claim that a redriven dead letter ended. */
  readonly letterOf: string | undefined;
  /** Says which data the event has. */
  readonly digest?: string | undefined;
}

/** What a claimant may do about an event whose record it has read. */
export type Decision =
  /** The event is the claimant's by an earlier write whose response was lost: what that write was granted holds. */
  | { readonly kind: "own"; readonly granted: Granted }
  | { readonly kind: "done"; readonly digest: string | undefined }
  | { readonly kind: "inProgress"; readonly until: number }
  /** Claim by this write. If it is refused, another claimant was faster: read again. */
  | { readonly kind: "write"; readonly write: RecordWrite; readonly granted: Granted };

/** What a claimant has when its write is accepted. */
export interface Granted {
  /** How often the handler was started before, as far as is known. */
  readonly tries: number;
  /** An earlier worker disappeared with the event, so its handler may have been started once more than is known. */
  readonly interrupted: boolean;
  /** A handler was started that must not be started twice, and nobody knows how it ended. */
  readonly outcomeUnknown: boolean;
}

export const FRESH: Granted = { tries: 0, interrupted: false, outcomeUnknown: false };

/** The first step of every claim, before anything is read: most events are new. */
export function claimNew(claimant: Claimant): RecordWrite {
  return { kind: "insert", key: claimant.key, record: claimedBy(claimant, 0) };
}

/** The same write, of an event that is done as soon as it is claimed: in a transaction with its effects. */
export function asDone(write: RecordWrite): RecordWrite {
  return write.kind === "insert"
    ? { ...write, record: { ...write.record, state: "done" } }
    : { ...write, set: { ...write.set, state: "done" } };
}

/** What may be done about an event, seen its record at that time. */
export function decide(seen: StoredRecord | undefined, claimant: Claimant, now: number): Decision {
  if (seen === undefined) {
    return { kind: "write", write: claimNew(claimant), granted: FRESH };
  }
  if (seen.expiresAt * 1_000 <= now) {
    return takeOver(seen, claimedBy(claimant, 0), claimant.key, FRESH);
  }
  switch (seen.state) {
    case "done":
      return { kind: "done", digest: seen.digest };
    case "released":
      return takeOver(seen, claimedBy(claimant, seen.tries), claimant.key, { ...FRESH, tries: seen.tries });
    case "claimed":
      return ofClaimed(seen, claimant, now);
    case "started":
      return ofStarted(seen, claimant, now);
  }
}

function ofClaimed(seen: StoredRecord, claimant: Claimant, now: number): Decision {
  if (seen.owner === claimant.owner) {
    return { kind: "own", granted: { ...FRESH, tries: Math.max(0, seen.tries - startsOf(claimant)) } };
  }
  const granted = { ...FRESH, tries: seen.tries, interrupted: true };
  return hasEnded(seen, now)
    ? // Not counted by the claim: what was interrupted is started alone, and its start is counted by itself.
      takeOver(seen, claimedBy({ ...claimant, startsNow: false }, seen.tries), claimant.key, granted)
    : inProgress(seen);
}

/** Only the letter that ended a start may begin another. Everybody else learns, when its lease has ended, that nobody knows. */
function ofStarted(seen: StoredRecord, claimant: Claimant, now: number): Decision {
  if (claimant.letterOf === seen.owner) {
    return takeOver(seen, claimedBy(claimant, 0), claimant.key, FRESH);
  }
  const unknown = { ...FRESH, tries: seen.tries, outcomeUnknown: true };
  return hasEnded(seen, now) || seen.owner === claimant.owner
    ? takeOver(seen, { ...claimedBy(claimant, seen.tries), state: "started", tries: seen.tries }, claimant.key, unknown)
    : inProgress(seen);
}

function takeOver(seen: StoredRecord, record: StoredRecord, key: string, granted: Granted): Decision {
  // With the state: a completion, or a start, that was delayed on the network may have been written since.
  const { owner, leaseUntil, state } = seen;
  const expected = { owner, leaseUntil, state };
  return { kind: "write", write: { kind: "update", key, expected, set: record }, granted };
}

function claimedBy(claimant: Claimant, tries: number): StoredRecord {
  const { owner, leaseUntil, expiresAt, digest } = claimant;
  return { owner, state: "claimed", leaseUntil, expiresAt, tries: tries + startsOf(claimant), digest };
}

function startsOf({ startsNow }: Claimant): number {
  return startsNow ? 1 : 0;
}

function hasEnded({ leaseUntil }: StoredRecord, now: number): boolean {
  return leaseUntil + CLOCK_SKEW_MS < now;
}

function inProgress({ leaseUntil }: StoredRecord): Decision {
  return { kind: "inProgress", until: leaseUntil + CLOCK_SKEW_MS };
}
