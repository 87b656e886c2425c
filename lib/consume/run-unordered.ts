import { Semaphore } from "../batch/index.ts";
import type { Body } from "../wire/index.ts";
import { CLAIM_BATCH } from "./claims.ts";
import type { Fate } from "./fate.ts";
import type { Incoming } from "./incoming.ts";
import { type MaybePromise, soon } from "./maybe-promise.ts";
import type { Follow, Pipeline, Step, Work } from "./pipeline.ts";
import { type Ended, mayHandle, type Note, runClaimed, withoutHandler } from "./steps.ts";
import { outOfTime } from "./verdict.ts";

/** Chunks of {@link CLAIM_BATCH} records that are claimed ahead of their handlers: enough to hide the store's latency. */
const CHUNKS_AHEAD = 4;

/**
 * Runs the records of a standard queue: a handler for each free slot, claims in chunks ahead of them. Offloaded payloads are
 * fetched only when a handler is free, so that no more of them are in memory than handlers run.
 */
export async function runUnordered(
  incomings: readonly Incoming[],
  pipeline: Pipeline,
  slots: Semaphore,
  note: Note,
): Promise<void> {
  const run = new UnorderedRun(pipeline, slots, incomings.length, note);
  const ahead = new Semaphore(CHUNKS_AHEAD);
  const chunks: Promise<void>[] = [];
  for (let at = 0; at < incomings.length; at += CLAIM_BATCH) {
    await ahead.acquire();
    chunks.push(run.chunk(incomings.slice(at, at + CLAIM_BATCH), () => ahead.release()));
  }
  await Promise.all(chunks);
}

/** A record that is ready to be claimed, or has to wait for its slot before that, or is over already. */
type Opened = { work: Work } | { incoming: Incoming; late: Body } | { incoming: Incoming; fate: Fate };

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
    let waiting = chunk.length;
    const started = () => {
      waiting -= 1;
      if (waiting === 0) onStarted();
    };
    const opened = await Promise.all(chunk.map((incoming) => this.#open(incoming)));
    const works = opened.flatMap((entry) => ("work" in entry ? [entry.work] : []));
    const steps = await this.#pipeline.claim(works);
    await Promise.all([
      ...opened.map(async (entry) => {
        if ("fate" in entry) {
          started();
          this.#handled();
          this.#note(entry.incoming, await this.#pipeline.finish(entry.incoming, entry.fate));
        } else if ("late" in entry) {
          await this.#inSlot(entry.incoming, started, () => this.#late(entry.incoming, entry.late));
        }
      }),
      ...works.map((work, index) => this.#claimed(work, steps[index], started)),
    ]);
  }

  /** Gets a record as far as it can go without a handler's slot. */
  #open(incoming: Incoming): MaybePromise<Opened> {
    return soon(this.#pipeline.open(incoming), (opened): MaybePromise<Opened> => {
      if ("fate" in opened) return { incoming, fate: opened.fate };
      if (opened.next.kind === "pointer" || !this.#pipeline.claimsAhead) return { incoming, late: opened.next };
      return soon(
        this.#pipeline.identify(incoming, opened.next),
        (identified): Opened =>
          "fate" in identified ? { incoming, fate: identified.fate } : { work: identified.next },
      );
    });
  }

  async #claimed(work: Work, step: Step<Work> | Follow | undefined, started: () => void): Promise<void> {
    if (step !== undefined && mayHandle(step)) {
      await this.#inSlot(work.incoming, started, () => runClaimed(step.next, this.#pipeline));
      return;
    }
    started();
    this.#handled();
    const fate = step === undefined ? outOfTime() : await withoutHandler(work, step, this.#pipeline);
    this.#note(work.incoming, fate);
  }

  /** The whole way of a record whose body is elsewhere, or that must not be claimed before it is started. */
  async #late(incoming: Incoming, body: Body): Promise<Ended> {
    const pipeline = this.#pipeline;
    const failed = (fate: Fate): Ended => ({ succeeded: false, fate: pipeline.finish(incoming, fate) });
    const closed = pipeline.gate();
    if (closed !== undefined) return failed(closed);
    const fetched: Step<Body> = body.kind === "pointer" ? await pipeline.fetch(incoming, body.pointer) : { next: body };
    if ("fate" in fetched) return failed(fetched.fate);
    const identified = await pipeline.identify(incoming, fetched.next);
    if ("fate" in identified) return failed(identified.fate);
    const [step] = await pipeline.claim([identified.next], true);
    if (step === undefined) return failed(outOfTime());
    if (mayHandle(step)) return await runClaimed(step.next, pipeline);
    return { succeeded: false, fate: withoutHandler(identified.next, step, pipeline) };
  }

  /** Holds a slot only while the handler runs, not while its completion is written. */
  async #inSlot(incoming: Incoming, started: () => void, run: () => MaybePromise<Ended>): Promise<void> {
    if (!this.#slots.tryAcquire()) await this.#slots.acquire();
    started();
    let ended: Ended;
    try {
      ended = await run();
    } finally {
      this.#slots.release();
      this.#handled();
    }
    this.#note(incoming, await ended.fate);
  }

  #handled(): void {
    this.#unhandled -= 1;
    // Nothing more will come to fill the store's calls.
    if (this.#unhandled === 0) void this.#pipeline.flush();
  }
}
