import { Semaphore } from "../std/index.ts";
import type { Fate } from "./fate.ts";
import type { Incoming } from "./incoming.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import type { Pipeline } from "./pipeline.ts";
import { type Ended, type Note, runClaimed } from "./steps.ts";
import { outOfTime } from "./verdict.ts";
import { type Claiming, mayHandle, type Step, type Work } from "./work.ts";

/** Offloaded payloads fetched at once: a FIFO batch has 10 records at most. */
const FETCHES = 10;

/** A record on its turn: identified or not, claimed or not. */
interface Turn {
  readonly incoming: Incoming;
  readonly identified: Step<Work>;
  /** `undefined` where the claim is made on its turn. */
  readonly claim: Claiming | undefined;
}

/**
 * Runs the records of a FIFO queue: groups beside each other, the records of a group one after another. After one that has to
 * come again, the rest of its group is handed back untouched; other groups go on.
 */
export async function runGroups(
  incomings: readonly Incoming[],
  pipeline: Pipeline,
  slots: Semaphore,
  note: Note,
): Promise<void> {
  const turns = await prepare(incomings, pipeline);
  const pending: Promise<void>[] = [];
  const groups = Map.groupBy(turns, (turn) => turn.incoming.group);
  await Promise.all(
    [...groups.values()].map(async (group) => {
      await slots.acquire();
      try {
        await runGroup(group, pipeline, (incoming, fate) => {
          pending.push(noteSoon(note, incoming, fate));
        });
      } finally {
        slots.release();
      }
    }),
  );
  // All handlers have ended: nothing more will come to fill the store's calls.
  pipeline.hurry();
  await Promise.all(pending);
}

/** Reads all records and claims what may be claimed ahead, in one store call. */
async function prepare(incomings: readonly Incoming[], pipeline: Pipeline): Promise<Turn[]> {
  const fetching = new Semaphore(FETCHES);
  const identified = await Promise.all(
    incomings.map(async (incoming): Promise<Step<Work>> => {
      const opened = await pipeline.open(incoming);
      if ("fate" in opened) return opened;
      if (opened.kind !== "pointer") return await pipeline.identify(incoming, opened);
      await fetching.acquire();
      try {
        const fetched = await pipeline.fetch(incoming, opened.pointer);
        return "fate" in fetched ? fetched : await pipeline.identify(incoming, fetched);
      } finally {
        fetching.release();
      }
    }),
  );
  const works = pipeline.claimsAhead ? identified.filter((step) => "event" in step) : [];
  const claims = new Map<Incoming, Claiming>();
  for (const [index, step] of (await pipeline.claim(works)).entries()) {
    const work = works[index];
    if (work !== undefined) claims.set(work.incoming, step);
  }
  return incomings.map((incoming, index) => ({
    incoming,
    identified: identified[index] ?? { fate: outOfTime() },
    claim: claims.get(incoming),
  }));
}

async function runGroup(
  turns: readonly Turn[],
  pipeline: Pipeline,
  note: (incoming: Incoming, fate: MaybePromise<Fate>) => void,
): Promise<void> {
  let blocker: (Fate & { kind: "retry" }) | undefined;
  for (const turn of turns) {
    if (blocker !== undefined) {
      note(turn.incoming, handBackBehind(turn, blocker, pipeline));
      continue;
    }
    const taken = await take(turn, pipeline);
    note(turn.incoming, taken.fate);
    if (taken.succeeded) continue;
    const fate = await taken.fate;
    if (fate.kind === "retry") blocker = fate;
  }
}

async function noteSoon(note: Note, incoming: Incoming, fate: MaybePromise<Fate>): Promise<void> {
  note(incoming, await fate);
}

/** One record's turn. `succeeded` when the next one may go without waiting for this one's completion to be written. */
async function take(turn: Turn, pipeline: Pipeline): Promise<Ended> {
  const { incoming, identified } = turn;
  if ("fate" in identified) return { succeeded: false, fate: pipeline.finish(incoming, identified.fate) };
  const work = identified;
  const closed = turn.claim === undefined ? pipeline.gate() : undefined;
  if (closed !== undefined) return { succeeded: false, fate: pipeline.finish(incoming, closed) };
  const claim = turn.claim ?? (await pipeline.claim([work]))[0] ?? { fate: outOfTime() };
  if (mayHandle(claim)) return await runClaimed(claim, pipeline);
  if ("first" in claim) {
    // Only looked at, not waited for: the first may be in a group that waits for this one.
    return { succeeded: false, fate: pipeline.finish(incoming, pipeline.followed(claim.settled())) };
  }
  const fate = pipeline.finish(incoming, claim.fate).then((settled) => {
    pipeline.noteUnhandled(work, settled);
    return settled;
  });
  return { succeeded: false, fate };
}

/** Hands a record back because one before it in its group comes again: at the same time, so that both come in order. */
async function handBackBehind(turn: Turn, blocker: Fate & { kind: "retry" }, pipeline: Pipeline): Promise<Fate> {
  const fate: Fate = { ...blocker, cause: "group", error: undefined };
  if (turn.claim !== undefined && mayHandle(turn.claim)) return await pipeline.handBack(turn.claim, fate);
  const final = await pipeline.finish(turn.incoming, fate);
  if ("event" in turn.identified && turn.claim !== undefined && !("first" in turn.claim)) {
    pipeline.noteUnhandled(turn.identified, final);
  }
  return final;
}
