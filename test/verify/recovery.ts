import { FRESH, type Granted, type StoredRecord, type Write } from "../../lib/idempotency/protocol/index.ts";
import { isAccepted, recordAfter } from "../support/stored-record.ts";
import { type Config, MAX_ATTEMPTS } from "./rules.ts";
import type { State } from "./state.ts";
import { claimantOf } from "./steps.ts";

/** Deliveries that an event may need when nothing fails any more: one that dead-letters, and the redrive of that letter. */
const DELIVERIES = 3;

/**
 * Whether the event can still be handled, or is, or is kept: every lease ends, nothing fails any more, the message is delivered
 * again, and its dead letter is redriven.
 */
export function recovers(state: State, config: Config): boolean {
  let { record } = state;
  let letterOf = "";
  for (let n = 1; n <= DELIVERIES; n++) {
    const end = deliver(record, `r${n}`, letterOf, state, config);
    if (end.kind === "settled") {
      return end.isTrue;
    }
    ({ record } = end);
    letterOf = end.kind === "letter" ? `r${n}` : letterOf;
  }
  return false;
}

type End =
  | { readonly kind: "settled"; readonly isTrue: boolean }
  | { readonly kind: "letter" | "again"; readonly record: StoredRecord | undefined };

function deliver(before: StoredRecord | undefined, owner: string, letterOf: string, state: State, config: Config): End {
  const { rules, mode } = config;
  const claimant = { ...claimantOf({ id: 0, letterOf, startsNow: true }), owner };
  const owned = { key: "event", owner };
  const inOneWrite = mode === "with-commit" || !rules.claimsFirst;
  let record = before;
  const write = (each: Write) => {
    const accepted = isAccepted(each, record);
    record = recordAfter(each, record);
    return accepted;
  };
  const first = rules.claimNew(claimant);
  let granted: Granted = FRESH;
  if (!write(inOneWrite ? rules.asDone(first) : first)) {
    const decision = rules.decide(record, claimant, state.expired ? 2_000_000_000 : 3_001);
    if (decision.kind === "done") {
      return { kind: "settled", isTrue: state.handled || state.commits > 0 };
    }
    if (decision.kind !== "write" || !write(inOneWrite ? rules.asDone(decision.write) : decision.write)) {
      return { kind: "again", record };
    }
    granted = decision.granted;
  }
  if (inOneWrite) {
    return { kind: "settled", isTrue: true };
  }
  if (granted.outcomeUnknown) {
    return { kind: "letter", record };
  }
  if (mode !== "at-most-once" && granted.tries >= MAX_ATTEMPTS) {
    write(rules.release(owned, { tries: 0 }));
    return { kind: "letter", record };
  }
  if (mode === "at-most-once" && !write(rules.startOnce(owned, 1))) {
    return { kind: "again", record };
  }
  const isDone = write(mode === "ctx.commit" ? rules.completeOnce(owned) : rules.complete(owned));
  return isDone ? { kind: "settled", isTrue: true } : { kind: "again", record };
}
