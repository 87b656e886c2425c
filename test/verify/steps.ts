import { type Claimant, FRESH, type Granted, type Write } from "../../lib/idempotency/protocol/index.ts";
import { type Config, MAX_ATTEMPTS } from "./rules.ts";
import { INITIAL, type Invocation, ownerOf, type Phase, type State, type Step, type Then } from "./state.ts";
import { acknowledge, apply, startHandler, timesFor, withWorker } from "./world.ts";

const LEASE = 1_000;
const EXPIRES_AT = 1_000_000;

/** Everything that can happen next. */
export function stepsFrom(state: State, config: Config): Step[] {
  const steps = [
    ...deliveries(state, config),
    ...state.workers.flatMap((worker) => [...work(state, worker, config), ...kills(state, worker)]),
    ...leaseEnds(state),
    ...lateArrivals(state, config),
    ...operations(state),
  ];
  return steps.map((step) => ({ ...step, next: withoutThePast(step.next) }));
}

/** Without what can no longer make a difference: late writes that can never be accepted, and leases that nothing depends on. */
function withoutThePast(state: State): State {
  const late = state.late.filter((write) => write.kind === "insert" || mayHold(String(write.expected.owner), state));
  const kept = { ...state, late };
  return { ...kept, ended: state.ended.filter((id) => matters(id, kept)) };
}

/** Whether an owner's token is in the record, or may still get there. */
function mayHold(owner: string, { record, workers, late }: State): boolean {
  return (
    record?.owner === owner ||
    late.some((write) => writes(write, owner)) ||
    workers.some(({ id, phase }) => ownerOf(id) === owner && phase.at !== "running" && phase.at !== "deadLettering")
  );
}

function deliveries(state: State, config: Config): Step[] {
  if (state.workers.length >= config.workers || state.begun >= config.invocations) {
    return [];
  }
  const id = state.begun + 1;
  const claims = config.mode !== "with-commit" && config.rules.claimsFirst;
  const starts = config.mode === "exactly-once" || config.mode === "ctx.commit" ? [true, false] : [false];
  return ["", ...state.redriven].flatMap((letterOf) =>
    starts.map((startsNow) => {
      const base = { id, letterOf, startsNow, zombie: false };
      const phase: Phase = claims
        ? calling(config.rules.claimNew(claimantOf(base)), { step: "claim", granted: FRESH })
        : { at: "ready", granted: FRESH };
      return {
        what: `Worker ${id} receives ${letterOf === "" ? "the message" : `the redriven letter of worker ${letterOf.slice(1)}`}${!claims ? "" : startsNow ? ", and claims it to start at once" : ", and claims it"}.`,
        next: { ...state, begun: id, workers: [...state.workers, { ...base, phase }] },
      };
    }),
  );
}

export function claimantOf({ id, letterOf, startsNow }: Pick<Invocation, "id" | "letterOf" | "startsNow">): Claimant {
  return {
    key: "event",
    owner: ownerOf(id),
    leaseUntil: LEASE,
    expiresAt: EXPIRES_AT,
    startsNow,
    letterOf: letterOf === "" ? undefined : letterOf,
  };
}

const calling = (write: Write, then: Then): Phase => ({ at: "calling", write, then });

/** What a worker can do, and what can become of its calls. */
function work(state: State, worker: Invocation, config: Config): Step[] {
  const { phase } = worker;
  switch (phase.at) {
    case "calling":
      return called(state, worker, phase, config);
    case "reading":
      return read(state, worker, phase.then, config);
    case "ready":
      return [...begin(state, worker, phase.granted, config), ...handBack(state, worker, phase.granted, config)];
    case "running":
      return handlerEnds(state, worker, phase.tries, config);
    case "deadLettering":
      return deadLetters(state, worker, phase.why, config);
  }
}

function called(state: State, worker: Invocation, phase: Phase & { at: "calling" }, config: Config): Step[] {
  const name = `worker ${worker.id}'s ${phase.then.step}`;
  const { write, then } = phase;
  const arrived = apply(state, write, then.step === "commit");
  const isOwnCommit = then.step === "commit" && isDoneBy(state, worker);
  const answered = onAnswer(arrived.next, worker, then, arrived.accepted || isOwnCommit, config).map((step) => ({
    ...step,
    what: `The write of ${name} is ${arrived.accepted || isOwnCommit ? "accepted" : "refused"}. ${step.what}`,
    broken: step.broken ?? arrived.broken,
  }));
  const unanswered = [
    {
      how: `The write of ${name} is ${arrived.accepted ? "accepted" : "refused"}, and its response is lost.`,
      ...arrived,
    },
    // What is delayed may also never arrive: a write that is lost needs no step of its own.
    { how: `The write of ${name} is delayed.`, next: { ...state, late: withLate(state, write) }, broken: undefined },
  ].flatMap(({ how, next, broken }) => [
    { what: `${how} It is sent again.`, next, broken },
    ...onSilence(next, worker, then, config).map((step) => ({
      ...step,
      what: `${how} ${step.what}`,
      broken: step.broken ?? broken,
    })),
  ]);
  return [...answered, ...unanswered];
}

const isDoneBy = ({ record }: State, { id }: Invocation) => record?.state === "done" && record.owner === ownerOf(id);

function withLate({ late }: State, write: Write): readonly Write[] {
  if (late.includes(write)) {
    return late;
  }
  const text = JSON.stringify(write);
  return late.some((other) => JSON.stringify(other) === text) ? late : [...late, write];
}

function onAnswer(state: State, worker: Invocation, then: Then, accepted: boolean, config: Config): Step[] {
  switch (then.step) {
    case "claim":
      return accepted ? [granted(state, worker, then.granted, config)] : [toRead(state, worker, then)];
    case "start":
      return accepted ? [startHandler(state, worker, then.tries, config)] : [toRead(state, worker, then)];
    case "complete":
      return accepted
        ? [acknowledge(state, worker, "handled")]
        : [gone(state, worker, "It does not acknowledge: another worker has the event.")];
    case "commit":
      if (accepted) {
        return [acknowledge({ ...state, handled: true }, worker, "handled")];
      }
      return config.mode === "with-commit"
        ? [toRead(state, worker, then)]
        : [gone(state, worker, "Its handler throws: the claim is lost.")];
    case "release":
      return [
        then.acknowledges ? acknowledge(state, worker, "letter") : gone(state, worker, "The message will come again."),
      ];
  }
}

/** No response, after all attempts. */
function onSilence(state: State, worker: Invocation, then: Then, config: Config): Step[] {
  const { rules } = config;
  const unsure = { ...state, uncertain: more(state.uncertain) };
  const owned = { key: "event", owner: ownerOf(worker.id) };
  switch (then.step) {
    case "claim": {
      if (rules.handlesUnansweredClaims) {
        return [withPhase(unsure, worker, { at: "ready", granted: FRESH }, "It handles the event all the same.")];
      }
      const undo = rules.release(owned, { tries: 0, counted: worker.startsNow ? 1 : 0 });
      return [withPhase(unsure, worker, calling(undo, RELEASE), "It gives up, and releases what it may have claimed.")];
    }
    case "start": {
      const undo = rules.release(owned, { tries: then.tries - 1 });
      return [withPhase(unsure, worker, calling(undo, RELEASE), "It gives up before its handler has started.")];
    }
    case "complete":
      return [acknowledge(unsure, worker, "handled")];
    case "commit":
      return config.mode === "with-commit"
        ? [gone(unsure, worker, "Its handler throws.")]
        : failed(unsure, worker, then.tries, config);
    case "release":
      return onAnswer(unsure, worker, then, false, config);
  }
}

const RELEASE: Then = { step: "release", acknowledges: false };

function granted(state: State, worker: Invocation, grant: Granted, config: Config): Step {
  if (grant.outcomeUnknown) {
    return config.rules.keepsUnknownOutcomes
      ? withPhase(state, worker, { at: "deadLettering", why: "unknown" }, "A start's outcome is unknown.")
      : acknowledge(state, worker, "duplicate");
  }
  return config.mode !== "at-most-once" && grant.tries >= MAX_ATTEMPTS
    ? withPhase(state, worker, { at: "deadLettering", why: "usedUp" }, "Its tries are used up.")
    : withPhase(
        state,
        worker,
        { at: "ready", granted: grant },
        `It has the event${grant.interrupted ? ", of a worker that disappeared" : ""}.`,
      );
}

function toRead(state: State, worker: Invocation, then: Then): Step {
  return withPhase(state, worker, { at: "reading", then }, "It reads the record.");
}

function read(state: State, worker: Invocation, then: Then, config: Config): Step[] {
  const silent = onSilence(state, worker, then, config).map((step) => ({
    ...step,
    what: `Worker ${worker.id}'s read has no response. ${step.what}`,
  }));
  if (then.step === "start") {
    const isStarted =
      config.mode === "at-most-once" &&
      config.rules.isStartedBy(state.record, { key: "event", owner: ownerOf(worker.id) });
    return isStarted
      ? [startHandler(state, worker, then.tries, config), ...silent]
      : [gone(state, worker, `Worker ${worker.id} reads that another worker has the event.`), ...silent];
  }
  const decided = timesFor(state).map(({ now, clock }) => afterReading(state, worker, then, config, now, clock));
  return [...decided, ...silent];
}

function afterReading(state: State, worker: Invocation, then: Then, config: Config, now: number, clock: string): Step {
  const decision = config.rules.decide(state.record, claimantOf(worker), now);
  const what = (text: string) => `Worker ${worker.id}${clock} reads ${text}`;
  switch (decision.kind) {
    case "write": {
      const isCommit = then.step === "commit";
      const write = isCommit ? config.rules.asDone(decision.write) : decision.write;
      const next: Then = isCommit ? then : { step: "claim", granted: decision.granted };
      return isCommit && decision.granted.outcomeUnknown
        ? gone(state, worker, what("that a start's outcome is unknown."))
        : withPhase(state, worker, calling(write, next), what("that it may claim the event."));
    }
    case "own": {
      const grant = then.step === "claim" ? then.granted : decision.granted;
      return prefixed(what("its own claim."), granted(state, worker, grant, config));
    }
    case "done":
      return prefixed(
        what("that the event is done."),
        acknowledge(state, worker, isDoneBy(state, worker) ? "handled" : "duplicate"),
      );
    case "inProgress":
      return gone(state, worker, what("that another worker has the event."));
  }
}

function begin(state: State, worker: Invocation, grant: Granted, config: Config): Step[] {
  const owned = { key: "event", owner: ownerOf(worker.id) };
  const tries = grant.tries + 1;
  if (config.mode === "at-most-once" || grant.interrupted) {
    const write = (config.mode === "at-most-once" ? config.rules.startOnce : config.rules.countStart)(owned, tries);
    return [
      withPhase(state, worker, calling(write, { step: "start", tries }), `Worker ${worker.id} records that it starts.`),
    ];
  }
  return [startHandler(state, worker, tries, config)];
}

function handBack(state: State, worker: Invocation, grant: Granted, config: Config): Step[] {
  if (config.mode === "with-commit") {
    return [];
  }
  const write = config.rules.release({ key: "event", owner: ownerOf(worker.id) }, { tries: grant.tries });
  return [
    withPhase(state, worker, calling(write, RELEASE), `Worker ${worker.id} has no time, and hands the event back.`),
  ];
}

function handlerEnds(state: State, worker: Invocation, tries: number, config: Config): Step[] {
  const owned = { key: "event", owner: ownerOf(worker.id) };
  const name = `Worker ${worker.id}'s handler`;
  const threw = failed(state, worker, tries, config).map((step) => prefixed(`${name} throws.`, step));
  switch (config.mode) {
    case "ctx.commit":
      return [
        withPhase(
          state,
          worker,
          calling(config.rules.completeOnce(owned), { step: "commit", tries }),
          `${name} commits.`,
        ),
        ...threw,
      ];
    case "with-commit": {
      const write = config.rules.asDone(config.rules.claimNew(claimantOf(worker)));
      return [withPhase(state, worker, calling(write, { step: "commit", tries }), `${name} commits.`), ...threw];
    }
    default: {
      const returned = { ...state, handled: true };
      return [
        withPhase(returned, worker, calling(config.rules.complete(owned), { step: "complete" }), `${name} returns.`),
        ...threw,
      ];
    }
  }
}

function failed(state: State, worker: Invocation, tries: number, config: Config): Step[] {
  if (config.mode === "with-commit") {
    return [gone(state, worker, "The message will come again.")];
  }
  if (config.mode === "at-most-once") {
    return [withPhase(state, worker, { at: "deadLettering", why: "failed" }, "It is never to be started again.")];
  }
  if (tries >= MAX_ATTEMPTS) {
    return [withPhase(state, worker, { at: "deadLettering", why: "failed" }, "It was the last try.")];
  }
  const write = config.rules.release({ key: "event", owner: ownerOf(worker.id) }, { tries });
  return [withPhase(state, worker, calling(write, RELEASE), "It releases the event.")];
}

function deadLetters(state: State, worker: Invocation, why: "failed" | "usedUp" | "unknown", config: Config): Step[] {
  const owner = ownerOf(worker.id);
  const name = config.mode === "at-most-once" ? owner : "";
  const isEarly = why === "usedUp" && state.starts + state.uncertain < MAX_ATTEMPTS;
  const sent = { ...state, letters: [...new Set([...state.letters, name])] };
  const what = `The dead-letter queue takes worker ${worker.id}'s letter.`;
  const notTaken = gone(state, worker, `The dead-letter queue does not take worker ${worker.id}'s letter.`);
  if (config.mode === "at-most-once") {
    return [prefixed(what, acknowledge(sent, worker, "letter")), notTaken];
  }
  const write = config.rules.release({ key: "event", owner }, { tries: 0 });
  const released = withPhase(sent, worker, calling(write, { step: "release", acknowledges: true }), what);
  return [
    isEarly
      ? { ...released, broken: "Nobody is dead-lettered before its handler was started as often as it may be." }
      : released,
    notTaken,
  ];
}

const isBeforeStart = ({ phase }: Invocation) => phase.at !== "running" && phase.at !== "deadLettering";

const more = (count: number) => Math.min(MAX_ATTEMPTS, count + 1);

function kills(state: State, worker: Invocation): Step[] {
  const others = state.workers.filter((other) => other !== worker);
  const uncertain = isBeforeStart(worker) ? more(state.uncertain) : state.uncertain;
  const next = { ...state, workers: others, uncertain };
  const step = { what: `Worker ${worker.id} is killed.`, next };
  return worker.phase.at === "calling"
    ? [
        // Its write may also never arrive, as any that is late.
        {
          what: `Worker ${worker.id} is killed while its ${worker.phase.then.step} is on its way.`,
          next: { ...next, late: withLate(state, worker.phase.write) },
        },
      ]
    : [step];
}

/** Whether an owner's lease can still mean something: it is in the record, at work, or in a write on its way. */
export function matters(id: number, { record, workers, late }: State): boolean {
  const owner = ownerOf(id);
  return (
    record?.owner === owner || workers.some((worker) => worker.id === id) || late.some((write) => writes(write, owner))
  );
}

function writes(write: Write, owner: string): boolean {
  return write.kind === "insert" ? write.record.owner === owner : write.kind === "update" && write.set.owner === owner;
}

function leaseEnds(state: State): Step[] {
  const all = Array.from({ length: state.begun }, (_, index) => index + 1);
  const open = all.filter((id) => !state.ended.includes(id) && matters(id, state));
  return open.map((id) => ({
    what: `The lease of worker ${id} ends${state.workers.some((worker) => worker.id === id) ? ", and it goes on: a zombie" : ""}.`,
    next: {
      ...state,
      ended: [...state.ended, id].sort(),
      workers: state.workers.map((worker) => (worker.id === id ? { ...worker, zombie: true } : worker)),
      uncertain: state.workers.some((worker) => worker.id === id && isBeforeStart(worker))
        ? more(state.uncertain)
        : state.uncertain,
    },
  }));
}

function lateArrivals(state: State, { mode }: Config): Step[] {
  const isCommit = mode === "ctx.commit" || mode === "with-commit";
  return state.late.flatMap((write, index) => {
    const late = state.late.filter((_, at) => at !== index);
    const { next, accepted, broken } = apply({ ...state, late }, write, isCommit && isDone(write));
    // One that is refused changes nothing: the same follows as if it never arrived.
    return accepted
      ? [
          {
            what: `A late ${write.kind} arrives, and is accepted.`,
            next: write.kind === "insert" ? { ...next, uncertain: more(next.uncertain) } : next,
            broken,
          },
        ]
      : [];
  });
}

function isDone(write: Write): boolean {
  return (
    (write.kind === "insert" ? write.record.state : write.kind === "update" ? write.set.state : undefined) === "done"
  );
}

/** What people do, and what time does when nothing is in flight any more. */
function operations(state: State): Step[] {
  const redrives = state.letters
    .filter((letter) => letter !== "" && state.redriven.length === 0 && !state.redriven.includes(letter))
    .map((letter) => ({
      what: `An operator redrives the letter of worker ${letter.slice(1)}.`,
      next: { ...state, redriven: [...state.redriven, letter] },
    }));
  const isOver = state.workers.length === 0 && state.record !== undefined && !state.expired;
  const expiry = {
    what: "The record's time to live ends, and the event is published again.",
    next: { ...INITIAL, begun: state.begun, ended: state.ended, record: state.record, expired: true },
  };
  return isOver ? [...redrives, expiry] : redrives;
}

function withPhase(state: State, worker: Invocation, phase: Phase, what: string): Step {
  return { what, next: withWorker(state, worker, phase) };
}

function gone(state: State, worker: Invocation, what: string): Step {
  return { what, next: { ...state, workers: state.workers.filter(({ id }) => id !== worker.id) } };
}

function prefixed(what: string, step: Step): Step {
  return { ...step, what: `${what} ${step.what}` };
}
