import { describeError, FanfareError } from "../../errors/index.ts";
import { MAX_BATCH_ENTRIES } from "../../wire/index.ts";
import type { Cloud } from "../cloud/index.ts";
import { countsOf, type DeadLetterTarget } from "../fleet/index.ts";
import { failedAt, isEmptyFilter, type Letter, type LetterFilter, LetterLease, matches } from "../letters/index.ts";
import { MoveJournal } from "./journal.ts";
import { sendLetters } from "./send.ts";
import type { MovedLetter, MoveOptions, MoveProgress } from "./types.ts";

const LEASE_SECONDS = 60;

/** Batches at once from a standard queue. */
const LANES = 4;

/** Receives without a letter to move, each waiting for a second, after which nothing more is expected. */
const EMPTY_RECEIVES = 2;

/**
 * Moves letters to their subscriber's queue: sends, then deletes. What was sent and not deleted is never lost, and at worst there twice,
 * under the same event id. On FIFO the letters of a group keep their order.
 *
 * @throws FanfareError `ConfigurationInvalid` for an empty filter, or a journal of another move
 */
export async function* moveLetters(
  cloud: Cloud,
  from: DeadLetterTarget,
  filter: LetterFilter,
  options: MoveOptions = {},
): AsyncGenerator<MoveProgress> {
  if (isEmptyFilter(filter)) {
    throw new FanfareError("ConfigurationInvalid", "the filter is empty", {
      field: "filter",
      remedy: "name groups, events, ids or times, or say all",
    });
  }
  const move = new Move(cloud, from, filter, options);
  try {
    yield* move.run();
  } finally {
    await move.lease.giveBack();
  }
}

class Move {
  readonly lease: LetterLease;
  readonly #cloud: Cloud;
  readonly #from: DeadLetterTarget;
  readonly #filter: LetterFilter;
  readonly #options: MoveOptions;
  readonly #journal: MoveJournal;
  readonly #left = new Set<string>();
  readonly #failed = new Set<string>();
  readonly #returned = new Set<string>();
  readonly #started = performance.now();
  #moved = 0;
  #problem: string | undefined;

  constructor(cloud: Cloud, from: DeadLetterTarget, filter: LetterFilter, options: MoveOptions) {
    this.#cloud = cloud;
    this.#from = from;
    this.#filter = filter;
    this.#options = options;
    this.#journal = MoveJournal.open(options.journal, from.queue.arn, from.subscriber.queue.arn);
    this.lease = new LetterLease(cloud, from, options.leaseSeconds ?? LEASE_SECONDS);
  }

  async *run(): AsyncGenerator<MoveProgress> {
    const { limit = Number.POSITIVE_INFINITY, signal } = this.#options;
    let empty = 0;
    let waitUntil: number | undefined;
    while (this.#moved < limit && signal?.aborted !== true) {
      const known = this.#stays;
      const batches = await this.#take(limit - this.#moved, empty > 0);
      const latest = (await Promise.all(batches.map((batch) => this.#moveBatch(batch)))).flat();
      const isNew = latest.length > 0 || this.#stays > known;
      empty = isNew ? 0 : empty + 1;
      if (isNew) {
        waitUntil = undefined;
      }
      if (latest.length > 0) {
        yield this.#progress(latest, false);
        await this.#pace();
      } else if (empty >= EMPTY_RECEIVES) {
        // Letters that a process held which was killed come back when their lease ends.
        waitUntil ??= Date.now() + 1_000 * (this.#options.leaseSeconds ?? LEASE_SECONDS);
        if (Date.now() > waitUntil || !(await this.#areOthersInFlight())) {
          break;
        }
      }
    }
    yield this.#progress([], true);
  }

  /** Letters that stay where they are. */
  get #stays(): number {
    return this.#left.size + this.#failed.size + this.#returned.size;
  }

  async #take(most: number, wait: boolean): Promise<readonly (readonly Letter[])[]> {
    const { rate = Number.POSITIVE_INFINITY } = this.#options;
    const max = Math.max(1, Math.min(MAX_BATCH_ENTRIES, most, Math.floor(rate)));
    const lanes =
      this.#from.queue.fifo || wait ? 1 : Math.max(1, Math.min(LANES, Math.floor(Math.min(most, rate) / max)));
    return await Promise.all(Array.from({ length: lanes }, () => this.lease.take(wait ? 1 : 0, max)));
  }

  /** Sends, notes, deletes, notes. @returns what was moved */
  async #moveBatch(letters: readonly Letter[]): Promise<readonly MovedLetter[]> {
    const fresh = letters.filter((letter) => this.#isWanted(letter));
    const outgoing = fresh.map((letter) => ({
      letter,
      deduplicationId: this.#journal.deduplicationId(letter.messageId),
    }));
    const results = await sendLetters(this.#cloud, this.#from.subscriber.queue, outgoing);
    const sent = fresh.filter((_, index) => results[index]?.ok === true);
    for (const [index, { messageId }] of fresh.entries()) {
      const result = results[index];
      if (result?.ok === false) {
        this.#failed.add(messageId);
        this.#problem = describeError(result.error).message;
      }
    }
    if (sent.length > 0) {
      this.#journal.sent(sent.map(({ messageId }) => messageId));
    }
    const there = letters.filter(({ messageId }) => this.#journal.wasSent(messageId));
    if (there.length === 0) {
      return [];
    }
    const kept = await this.lease.delete(there.map(({ messageId }) => messageId));
    const gone = there.filter(({ messageId }) => !kept.has(messageId));
    this.#journal.deleted(gone.map(({ messageId }) => messageId));
    this.#moved += gone.length;
    return gone.map(({ messageId, fingerprint, event }) => ({
      messageId,
      fingerprint,
      event: event && { id: event.id, source: event.source },
    }));
  }

  /** Whether a letter is to be sent: not what was sent before, was refused, or does not match. */
  #isWanted(letter: Letter): boolean {
    const { messageId } = letter;
    if (this.#journal.wasSent(messageId) || this.#failed.has(messageId)) {
      return false;
    }
    // What failed after the move began came back, or is not what was planned: moving it again could go on for ever.
    if (failedAt(letter) >= this.#journal.startedAt) {
      this.#returned.add(messageId);
      return false;
    }
    if (!matches(letter, this.#filter)) {
      this.#left.add(messageId);
      return false;
    }
    return true;
  }

  async #areOthersInFlight(): Promise<boolean> {
    const { inFlight, visible } = await countsOf(this.#cloud, this.#from.queue);
    return inFlight + visible > this.lease.size;
  }

  async #pace(): Promise<void> {
    const { rate, signal } = this.#options;
    if (rate !== undefined) {
      const ahead = (this.#moved / rate) * 1_000 - (performance.now() - this.#started);
      if (ahead > 0 && signal?.aborted !== true) {
        await new Promise((done) => setTimeout(done, ahead));
      }
    }
  }

  #progress(latest: readonly MovedLetter[], done: boolean): MoveProgress {
    const seconds = (performance.now() - this.#started) / 1_000;
    return {
      moved: this.#journal.movedBefore + this.#moved,
      skipped: this.#left.size,
      failed: this.#failed.size,
      returned: this.#returned.size,
      rate: seconds > 0 ? this.#moved / seconds : 0,
      problem: this.#problem,
      done,
      latest,
    };
  }
}
