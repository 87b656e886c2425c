import type { Write } from "../../lib/idempotency/protocol/index.ts";
import { isAccepted, recordAfter } from "../support/stored-record.ts";
import { type Config, MAX_ATTEMPTS } from "./rules.ts";
import type { Invocation, Phase, State, Step } from "./state.ts";

/** A time before the lease ends, seen by a clock that is right, and by one that is ahead by less than clocks may differ. */
const RUNNING = [
  { now: 999, clock: "" },
  { now: 2_999, clock: ", its clock ahead," },
];

/** A time after the lease and the clocks' difference, and one that a clock behind still shows. */
const ENDED = [
  { now: 3_001, clock: "" },
  { now: 2_000, clock: ", its clock behind," },
];

const AFTER_TTL = [{ now: 2_000_000_000, clock: "" }];

/** The times that a worker may see when it reads the record. */
export function timesFor({
  record,
  ended,
  expired,
}: State): readonly { readonly now: number; readonly clock: string }[] {
  if (expired) {
    return AFTER_TTL;
  }
  return record === undefined || record.owner === "" || ended.includes(Number(record.owner.slice(1))) ? ENDED : RUNNING;
}

export function withWorker(state: State, { id }: Invocation, phase: Phase): State {
  return { ...state, workers: state.workers.map((worker) => (worker.id === id ? { ...worker, phase } : worker)) };
}

/** A write reaches the table. */
export function apply(
  state: State,
  write: Write,
  hasEffects: boolean,
): { readonly accepted: boolean; readonly next: State; readonly broken: string | undefined } {
  const accepted = isAccepted(write, state.record);
  if (!accepted) {
    return { accepted, next: state, broken: undefined };
  }
  const record = recordAfter(write, state.record);
  const commits = Math.min(2, state.commits + (hasEffects ? 1 : 0));
  const isUndone = state.record?.state === "done" && record?.state !== "done" && !state.expired;
  const broken = isUndone
    ? "An event that is done stays done."
    : commits > 1
      ? "The effects of ctx.commit happen once."
      : undefined;
  return { accepted, next: { ...state, record, commits, expired: false }, broken };
}

/** The handler is started. */
export function startHandler(state: State, worker: Invocation, tries: number, { mode }: Config): Step {
  const starts = Math.min(mode === "at-most-once" ? 3 : MAX_ATTEMPTS, state.starts + 1);
  const next = withWorker({ ...state, starts }, worker, { at: "running", tries });
  const beside = state.workers.find(({ phase, zombie }) => phase.at === "running" && !zombie);
  const what = `Worker ${worker.id}'s handler starts.`;
  if (mode === "at-most-once" && starts > 1 + state.redriven.length) {
    return { what, next, broken: "At-most-once starts a handler once, and once more for each redrive." };
  }
  return beside !== undefined && !worker.zombie && mode !== "with-commit"
    ? { what, next, broken: `No two handlers run within their leases: worker ${beside.id}'s is running.` }
    : { what, next };
}

/** The message is deleted. */
export function acknowledge(state: State, worker: Invocation, as: "handled" | "duplicate" | "letter"): Step {
  const next = { ...state, workers: state.workers.filter(({ id }) => id !== worker.id) };
  const isKept = state.handled || state.commits > 0 || state.letters.length > 0;
  return {
    what: `It acknowledges the message${as === "duplicate" ? " as a duplicate" : ""}.`,
    next,
    ...(isKept ? {} : { broken: "What is acknowledged was handled, or is in the dead-letter queue." }),
  };
}
