import { FanfareError } from "../../errors/index.ts";
import type { Cloud } from "../cloud/index.ts";
import { countsOf, type DeadLetterTarget, type QueueCounts } from "../fleet/index.ts";
import type { Letter, LetterFilter } from "../letters/index.ts";
import { LetterMove, type MovedLetter, type MoveProgress } from "../move/index.ts";
import type { CanaryCause, CanaryOptions, CanaryProgress, CanaryStep } from "./types.ts";
import { type Watch, watchLetters } from "./watch.ts";

/** Letters of the steps before the last, which has all that are left. */
const SIZES = [1, 10];

/** Share of a step's letters that may come back. */
const MAY_COME_BACK = 0.2;

/** Letters of the last step before a look at what came back says anything. */
const ENOUGH = 10;

const SETTLE_SECONDS = 120;
const QUIET_SECONDS = 5;

/**
 * Moves one letter, then ten, then the rest, and looks after each step what became of its letters: done in the idempotency table, or in
 * the dead-letter queue again. Without a table, the dead-letter queue alone says it. The last step is looked at while it goes on. It
 * stops by itself when more than 20 % of a step's letters came back, or were not processed in time.
 *
 * @throws FanfareError `ConfigurationInvalid` for an empty filter, a journal of another move, or a subscriber that is paused
 */
export async function* canaryRedrive(
  cloud: Cloud,
  from: DeadLetterTarget,
  filter: LetterFilter,
  options: CanaryOptions = {},
): AsyncGenerator<CanaryProgress> {
  const { name, mappings } = from.subscriber;
  if (mappings.length > 0 && mappings.every(({ enabled }) => !enabled)) {
    throw new FanfareError("ConfigurationInvalid", `${name} is paused: nothing would process the dead letters`, {
      field: "canary",
      remedy: `run fanfare resume ${name} first, or redrive without a canary`,
    });
  }
  const canary = new Canary(cloud, from, options, await LetterMove.begin(cloud, from, filter, options));
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  for (const size of [...SIZES, undefined]) {
    if (left <= 0 || options.signal?.aborted === true) {
      return;
    }
    const { moved, stopped } = yield* canary.step(size, left);
    if (moved === 0 || stopped !== undefined) {
      return;
    }
    left -= moved;
  }
}

/** The steps of a canary redrive: the last one moves all that are left. */
class Canary {
  readonly #cloud: Cloud;
  readonly #from: DeadLetterTarget;
  readonly #options: CanaryOptions;
  readonly #move: LetterMove;
  readonly #steps: CanaryStep[] = [];

  constructor(cloud: Cloud, from: DeadLetterTarget, options: CanaryOptions, move: LetterMove) {
    this.#cloud = cloud;
    this.#from = from;
    this.#options = options;
    this.#move = move;
  }

  /** Moves letters, and watches them. @returns how many were moved, and why nothing more is to be moved */
  async *step(
    size: number | undefined,
    left: number,
  ): AsyncGenerator<CanaryProgress, { readonly moved: number; readonly stopped: string | undefined }> {
    const at = this.#steps.length;
    const letters: MovedLetter[] = [];
    const tell = (progress: MoveProgress, facts: Partial<CanaryStep>, stopped?: string): CanaryProgress => {
      this.#steps[at] = { ...EMPTY, size, moved: letters.length, ...facts };
      return { ...progress, steps: this.#steps.slice(), stopped };
    };
    const before = await countsOf(this.#cloud, this.#from.queue);
    let progress = NOTHING;
    let returnedBefore: number | undefined;
    for await (progress of this.#move.run(Math.min(left, size ?? left))) {
      returnedBefore ??= progress.returned;
      letters.push(...progress.latest);
      const back = progress.returned - returnedBefore;
      yield tell({ ...progress, done: false }, { state: "moving", back });
      // The last step meets what came back while it moves the rest.
      if (letters.length >= ENOUGH && back > MAY_COME_BACK * letters.length) {
        break;
      }
    }
    progress = { ...progress, latest: [], done: false };
    let watch: Watch | undefined;
    for await (watch of letters.length === 0 ? [] : this.#watch(letters, before)) {
      yield tell(progress, { ...factsOf(watch), state: "watching" });
    }
    const stopped = watch && this.#reasonToStop(watch, letters.length);
    const isLast = stopped !== undefined || size === undefined || letters.length >= left;
    const state = stopped === undefined ? "passed" : "stopped";
    if (letters.length === 0) {
      this.#steps.length = at;
      yield { ...progress, done: true, steps: this.#steps.slice(), stopped: undefined };
    } else {
      yield tell({ ...progress, done: isLast }, { ...(watch && factsOf(watch)), state }, stopped);
    }
    return { moved: letters.length, stopped };
  }

  #watch(letters: readonly MovedLetter[], { visible, inFlight, delayed }: QueueCounts): AsyncGenerator<Watch> {
    const { settleSeconds = SETTLE_SECONDS, quietSeconds = QUIET_SECONDS, signal } = this.#options;
    return watchLetters(this.#cloud, {
      from: this.#from,
      letters,
      comebacks: this.#move.comebacks,
      remaining: visible + inFlight + delayed - letters.length,
      mayComeBack: MAY_COME_BACK * letters.length,
      settleSeconds,
      quietSeconds,
      signal,
    });
  }

  /** Why nothing more is moved, and what to do. */
  #reasonToStop({ back, hidden, open, tried, drained }: Watch, moved: number): string | undefined {
    const { queue, subscriber } = this.#from;
    const { settleSeconds = SETTLE_SECONDS, signal } = this.#options;
    const came = back.length + hidden;
    if (came > MAY_COME_BACK * moved) {
      const [cause] = causesOf(back);
      const why = cause === undefined ? "" : ` (${cause.error}: ${cause.message})`;
      return `${came} of ${moved} dead letters came back to ${queue.name}${why}: fix the cause, then run it again`;
    }
    // Without a table, nothing tells a letter that is being retried from one that is done.
    const unfinished = subscriber.table === undefined || signal?.aborted === true ? 0 : drained ? tried : open;
    if (came + unfinished > MAY_COME_BACK * moved) {
      return (
        `${unfinished} of ${moved} dead letters were neither processed nor back after ${settleSeconds} s: see with fanfare ps whether ` +
        `${subscriber.name} runs; if its retries take longer, run it again with a longer --settle`
      );
    }
    return undefined;
  }
}

const NOTHING: MoveProgress = {
  moved: 0,
  skipped: 0,
  failed: 0,
  returned: 0,
  late: 0,
  rate: 0,
  problem: undefined,
  done: false,
  latest: [],
};

const EMPTY = { state: "moving", size: undefined, moved: 0, processed: 0, back: 0, open: 0, causes: [] } as const;

function factsOf({ processed, back, hidden, open }: Watch): Pick<CanaryStep, "processed" | "back" | "open" | "causes"> {
  return { processed, back: back.length + hidden, open, causes: causesOf(back) };
}

function causesOf(letters: readonly Letter[]): readonly CanaryCause[] {
  const causes = new Map<string, CanaryCause>();
  for (const { fingerprint, failure } of letters) {
    const count = (causes.get(fingerprint)?.count ?? 0) + 1;
    const { error = "moved by SQS", message = "too many receives" } = failure ?? {};
    causes.set(fingerprint, { fingerprint, error, message, count });
  }
  return [...causes.values()].sort((a, b) => b.count - a.count);
}
