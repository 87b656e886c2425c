import { Semaphore } from "../std/index.ts";
import type { Body } from "../wire/index.ts";
import { CLAIM_BATCH } from "./claims.ts";
import type { Fate } from "./fate.ts";
import type { Incoming } from "./incoming.ts";
import type { MaybePromise } from "./maybe-promise.ts";
import { isWork, openRecord } from "./open-record.ts";
import type { Pipeline } from "./pipeline.ts";
import { type Note, runWhole, starter, withoutHandler } from "./steps.ts";
import { outOfTime } from "./verdict.ts";
import { type Claiming, mayHandle, type Work } from "./work.ts";

/** Chunks of {@link CLAIM_BATCH} records that are claimed ahead of their handlers: enough to hide the store's latency. */
const CHUNKS_AHEAD = 4;

/** As many where nothing is claimed: what is read sooner than it is handled has to be kept alive through collections. */
const CHUNKS_AHEAD_UNCLAIMED = 1;

/**
 * Runs the records of a standard queue: a handler for each free slot, claims in chunks ahead of them. Offloaded payloads are
 * fetched, and compressed bodies inflated, only when a handler is free, so that no more of them are in memory than handlers run.
 */
export async function runUnordered(
  incomings: readonly Incoming[],
  pipeline: Pipeline,
  slots: Semaphore,
  note: Note,
): Promise<void> {
  if (incomings.length === 0) return;
  const run = new UnorderedRun(pipeline, slots, incomings.length, note);
  if (incomings.length <= CLAIM_BATCH) return await run.chunk(incomings, () => {});
  const ahead = new Semaphore(pipeline.claims ? CHUNKS_AHEAD : CHUNKS_AHEAD_UNCLAIMED);
  const chunks: Promise<void>[] = [];
  for (let at = 0; at < incomings.length; at += CLAIM_BATCH) {
    await ahead.acquire();
    chunks.push(run.chunk(incomings.slice(at, at + CLAIM_BATCH), () => ahead.release()));
  }
  await Promise.all(chunks);
}

class UnorderedRun {
  readonly #pipeline: Pipeline;
  readonly #slots: Semaphore;
  readonly #note: Note;
  #unhandled: number;

  constructor(pipeline: Pipeline, slots: Semaphore, records: number, note: Note) {
    this.#pipeline = pipeline;
    this.#slots = slots;
    this.#unhandled = records;
    this.#note = note;
  }

  /** @param onStarted called once when every record of the chunk has its handler or needs none */
  async chunk(chunk: readonly Incoming[], onStarted: () => void): Promise<void> {
    const opening = chunk.map((incoming) => openRecord(incoming, this.#pipeline));
    const opened = opening.every(isThere) ? opening : await Promise.all(opening);
    const works = opened.filter(isWork);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const progress = new Progress(chunk.length, onStarted, resolve, reject);
    const start = starter(this.#pipeline, (work, _succeeded, fate) => this.#leave(work.incoming, progress, fate));
    const started = new Array<boolean>(works.length).fill(false);
    let aside = 0;
    const claiming =
      works.length === 0
        ? []
        : this.#pipeline.claim(works, false, (ready) => {
            aside = this.#startReady(works, ready, started, start, progress);
          });
    const steps = claiming instanceof Promise ? await claiming : claiming;
    this.#unhandled += aside;
    progress.back(aside);
    for (const entry of opened) {
      if ("fate" in entry)
        this.#unhandledBy(entry.incoming, this.#pipeline.finish(entry.incoming, entry.fate), progress);
      else if ("late" in entry) this.#lateInSlot(entry.incoming, entry.late, progress);
    }
    for (let index = 0; index < works.length; index++) {
      const work = works[index];
      if (work !== undefined && started[index] !== true) this.#claimed(work, steps[index], start, progress);
    }
    await promise;
  }

  /**
   * Starts what is claimed already. The others are most likely duplicates: neither completions nor the next chunk wait for them.
   *
   * @returns how many were set aside
   */
  #startReady(
    works: readonly Work[],
    ready: readonly (Claiming | undefined)[],
    started: boolean[],
    start: (work: Work) => void,
    progress: Progress,
  ): number {
    const claimed = works.flatMap((_, index) => {
      const step = ready[index];
      return step !== undefined && mayHandle(step) ? [index] : [];
    });
    const aside = works.length - claimed.length;
    this.#unhandled -= aside;
    progress.aside(aside);
    for (const index of claimed) {
      const work = works[index];
      started[index] = true;
      if (work !== undefined) this.#claimed(work, ready[index], start, progress);
    }
    return aside;
  }

  #claimed(work: Work, claiming: Claiming | undefined, start: (work: Work) => void, progress: Progress): void {
    if (claiming !== undefined && mayHandle(claiming)) {
      this.#slots.enter(() => this.#handle(claiming, start, progress));
      return;
    }
    const fate = claiming === undefined ? outOfTime() : withoutHandler(work, claiming, this.#pipeline);
    this.#unhandledBy(work.incoming, fate, progress);
  }

  /** A record that needs no handler. */
  #unhandledBy(incoming: Incoming, fate: MaybePromise<Fate>, progress: Progress): void {
    progress.started();
    this.#handled();
    this.#noteSoon(incoming, fate, progress);
  }

  /** Holds a slot only while the handler runs, not while its completion is written. */
  #handle(work: Work, start: (work: Work) => void, progress: Progress): void {
    progress.started();
    try {
      start(work);
    } catch (error) {
      this.#abandon(progress, error);
    }
  }

  #lateInSlot(incoming: Incoming, early: Body | undefined, progress: Progress): void {
    this.#slots.enter(() => {
      progress.started();
      runWhole(incoming, early, this.#pipeline)
        .then(({ fate }) => this.#leave(incoming, progress, fate))
        .catch((error: unknown) => this.#abandon(progress, error));
    });
  }

  /** A fault of ours: the invocation fails, but other invocations need the slot. */
  #abandon(progress: Progress, error: unknown): void {
    this.#slots.release();
    progress.failed(error);
  }

  #leave(incoming: Incoming, progress: Progress, fate: MaybePromise<Fate>): void {
    // First what became of it: the record that comes next may run to its end within the release.
    this.#noteSoon(incoming, fate, progress);
    this.#handled();
    this.#slots.release();
  }

  #noteSoon(incoming: Incoming, fate: MaybePromise<Fate>, progress: Progress): void {
    if (fate instanceof Promise) {
      fate.then((settled) => this.#noteNow(incoming, settled, progress)).catch(progress.failed);
    } else {
      this.#noteNow(incoming, fate, progress);
    }
  }

  #noteNow(incoming: Incoming, fate: Fate, progress: Progress): void {
    try {
      this.#note(incoming, fate);
    } catch (error) {
      progress.failed(error);
    }
    progress.ended();
  }

  #handled(): void {
    this.#unhandled -= 1;
    // Nothing more will come to fill the store's calls.
    if (this.#unhandled === 0) this.#pipeline.hurry();
  }
}

/** How far a chunk has got. Counts, where a promise for each record would be as many promises. */
class Progress {
  #toStart: number;
  #toEnd: number;
  #allStarted = false;
  readonly #onStarted: () => void;
  readonly #onEnded: () => void;
  readonly failed: (error: unknown) => void;

  constructor(records: number, onStarted: () => void, onEnded: () => void, failed: (error: unknown) => void) {
    this.#toStart = records;
    this.#toEnd = records;
    this.#onStarted = onStarted;
    this.#onEnded = onEnded;
    this.failed = failed;
  }

  started(): void {
    this.aside(1);
  }

  /** Records that the next chunk need not wait for. */
  aside(records: number): void {
    this.#toStart -= records;
    if (this.#toStart > 0 || this.#allStarted) return;
    this.#allStarted = true;
    this.#onStarted();
  }

  /** Records that were set aside and are to be started, or not, after all. */
  back(records: number): void {
    this.#toStart += records;
  }

  ended(): void {
    this.#toEnd -= 1;
    if (this.#toEnd === 0) this.#onEnded();
  }
}

function isThere<Value>(value: MaybePromise<Value>): value is Value {
  return !(value instanceof Promise);
}
