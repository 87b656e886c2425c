import type { Write } from "../../lib/idempotency/protocol/index.ts";
import { type Mode, RULES, type Rules } from "./rules.ts";

/** A mistake that the exploration must find. */
export interface Fault {
  readonly name: string;
  readonly mode: Mode;
  readonly rules: Partial<Rules>;
}

/** A write that expects less than it should. */
function expecting<Kind extends Write>(write: Kind, ...fields: readonly string[]): Kind {
  if (!("expected" in write)) {
    return write;
  }
  const expected = Object.fromEntries(Object.entries(write.expected).filter(([field]) => fields.includes(field)));
  return { ...write, expected };
}

const { decide } = RULES;

/** What a completion writes that is the first write of its event. */
const UNCLAIMED = { leaseUntil: 1_000, expiresAt: 1_000_000, startsNow: true, letterOf: undefined };

export const FAULTS: readonly Fault[] = [
  {
    name: "a claim marks the event done (at-most-once as it was)",
    mode: "at-most-once",
    rules: { claimNew: (claimant) => RULES.asDone(RULES.claimNew(claimant)) },
  },
  {
    name: "a lease ends for others as soon as their clock says so",
    mode: "exactly-once",
    rules: { decide: (seen, claimant, now) => decide(seen, claimant, now + 2_000) },
  },
  {
    name: "a takeover does not look at what the record has become",
    mode: "exactly-once",
    rules: {
      decide: (...seen) => {
        const decision = decide(...seen);
        return decision.kind === "write" ? { ...decision, write: expecting(decision.write) } : decision;
      },
    },
  },
  {
    name: "what is done may be claimed when its lease has ended",
    mode: "exactly-once",
    rules: {
      decide: (seen, ...rest) => decide(seen?.state === "done" ? { ...seen, state: "claimed" } : seen, ...rest),
    },
  },
  {
    name: "a release deletes whatever its owner's record says",
    mode: "ctx.commit",
    rules: { release: (owned, release) => expecting(RULES.release(owned, release), "owner") },
  },
  {
    name: "a commit is written whatever the record says of its owner's event",
    mode: "ctx.commit",
    rules: { completeOnce: (owned) => expecting(RULES.completeOnce(owned), "owner") },
  },
  {
    name: "a commit without a claim does not look for another's",
    mode: "with-commit",
    rules: {
      decide: (seen, ...rest) => decide(seen?.state === "done" ? { ...seen, state: "released" } : seen, ...rest),
    },
  },
  {
    name: "a start is recorded whatever the record says of its owner's event",
    mode: "at-most-once",
    rules: { startOnce: (owned, tries) => expecting(RULES.startOnce(owned, tries), "owner") },
  },
  {
    name: "a start of unknown outcome is taken over like a claim",
    mode: "at-most-once",
    rules: {
      decide: (seen, ...rest) => decide(seen?.state === "started" ? { ...seen, state: "claimed" } : seen, ...rest),
    },
  },
  {
    name: "a start of unknown outcome is acknowledged without a dead letter",
    mode: "at-most-once",
    rules: { keepsUnknownOutcomes: false },
  },
  {
    name: "the dead letter of at-most-once does not name its claim",
    mode: "at-most-once",
    rules: { decide: (seen, claimant, now) => decide(seen, { ...claimant, letterOf: undefined }, now) },
  },
  {
    name: "an event whose claim had no response is handled",
    mode: "exactly-once",
    rules: { handlesUnansweredClaims: true },
  },
  {
    name: "an event is read and completed, and not claimed (one write for FIFO, see decisions)",
    mode: "exactly-once",
    rules: { claimsFirst: false, complete: (owned) => RULES.asDone(RULES.claimNew({ ...owned, ...UNCLAIMED })) },
  },
  {
    name: "a lease never ends for others",
    mode: "exactly-once",
    rules: { decide: (seen, claimant) => decide(seen, claimant, 0) },
  },
  {
    name: "a record past its time to live still counts",
    mode: "exactly-once",
    rules: { decide: (seen, claimant, now) => decide(seen && { ...seen, expiresAt: 1e15 }, claimant, now) },
  },
];
