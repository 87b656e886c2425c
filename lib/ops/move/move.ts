import { describeError, FanfareError } from "../../errors/index.ts";
import { MAX_BATCH_ENTRIES } from "../../wire/index.ts";
import type { Cloud } from "../cloud/index.ts";
import { countsOf, type DeadLetterTarget, queueTime } from "../fleet/index.ts";
import { identityOf, isEmptyFilter, type Letter, type LetterFilter, LetterLease, matches } from "../letters/index.ts";
import { Comebacks } from "./comebacks.ts";
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
  options: MoveOptions & { readonly limit?: number | undefined } = {},
): AsyncGenerator<MoveProgress> {
  const move = await LetterMove.begin(cloud, from, filter, options);
  yield* move.run(options.limit);
}

/** What a move works with. */
interface Parts {
  readonly cloud: Cloud;
  readonly from: DeadLetterTarget;
  readonly filter: LetterFilter;
  readonly options: MoveOptions;
  readonly journal: MoveJournal;
}

/** A move that can be carried out in several runs, with a look at what became of the letters between them. */
export class LetterMove {
  /** Which letters came back. */
  readonly comebacks: Comebacks;
  readonly #parts: Parts;
  readonly #lease: LetterLease;
  readonly #journal: MoveJournal;
  readonly #left = new Set<string>();
  readonly #failed = new Set<string>();
  readonly #late = new Set<string>();
  readonly #returned = new Set<string>();
  readonly #started = performance.now();
  #moved = 0;
  #problem: string | undefined;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.#journal = parts.journal;
    this.#lease = new LetterLease(parts.cloud, parts.from, parts.options.leaseSeconds ?? LEASE_SECONDS);
    this.comebacks = new Comebacks(parts.journal.startedAt);
  }

  /** @throws FanfareError `ConfigurationInvalid` for an empty filter, or a journal of another move */
  static async begin(
    cloud: Cloud,
    from: DeadLetterTarget,
    filter: LetterFilter,
    options: MoveOptions,
  ): Promise<LetterMove> {
    if (isEmptyFilter(filter)) {
      throw new FanfareError("ConfigurationInvalid", "the filter is empty", {
        field: "filter",
        remedy: "name groups, events, ids or times, or say all",
      });
    }
    const now = await queueTime(cloud, from.queue);
    const journal = MoveJournal.open(options.journal, from.queue.arn, from.subscriber.queue.arn, now);
    return new LetterMove({ cloud, from, filter, options, journal });
  }

  /** Moves so many letters more, or all. Whatever it holds is given back at the end. */
  async *run(most = Number.POSITIVE_INFINITY): AsyncGenerator<MoveProgress> {
    try {
      yield* this.#run(this.#moved + most);
    } finally {
      await this.#lease.giveBack();
    }
  }

  async *#run(limit: number): AsyncGenerator<MoveProgress> {
    const { leaseSeconds = LEASE_SECONDS, signal } = this.#parts.options;
    // Letters of earlier runs were given back, and are met again.
    const seen = new Set<string>();
    let empty = 0;
    let waitUntil: number | undefined;
    while (this.#moved < limit && signal?.aborted !== true) {
      const budget = { left: limit - this.#moved };
      const batches = await this.#take(budget.left, empty > 0);
      const latest = (await Promise.all(batches.map((batch) => this.#moveBatch(batch, budget)))).flat();
      const isNew = latest.length > 0 || batches.flat().some(({ messageId }) => !seen.has(messageId));
      for (const { messageId } of batches.flat()) {
        seen.add(messageId);
      }
      empty = isNew ? 0 : empty + 1;
      if (isNew) {
        waitUntil = undefined;
      }
      if (latest.length > 0) {
        yield this.#progress(latest, false);
        await this.#pace();
      } else if (empty >= EMPTY_RECEIVES) {
        // Letters that a process held which was killed come back when their lease ends.
        waitUntil ??= Date.now() + 1_000 * leaseSeconds;
        if (Date.now() > waitUntil || !(await this.#areOthersInFlight())) {
          break;
        }
      }
    }
    yield this.#progress([], true);
  }

  async #take(most: number, wait: boolean): Promise<readonly (readonly Letter[])[]> {
    const { rate = Number.POSITIVE_INFINITY } = this.#parts.options;
    // More than are to be moved: of a FIFO group, those behind a letter that stays are received with it or not at all.
    const max = Math.max(1, Math.min(MAX_BATCH_ENTRIES, Math.floor(rate)));
    const lanes =
      this.#parts.from.queue.fifo || wait ? 1 : Math.max(1, Math.min(LANES, Math.floor(Math.min(most, rate) / max)));
    return await Promise.all(Array.from({ length: lanes }, () => this.#lease.take(wait ? 1 : 0, max)));
  }

  /** Sends, notes, deletes, notes. @returns what was moved */
  async #moveBatch(letters: readonly Letter[], budget: { left: number }): Promise<readonly MovedLetter[]> {
    const fresh = letters.filter((letter) => this.#isWanted(letter)).slice(0, budget.left);
    budget.left -= fresh.length;
    const outgoing = fresh.map((letter) => ({
      letter,
      deduplicationId: this.#journal.deduplicationId(letter.messageId),
    }));
    const results = await sendLetters(this.#parts.cloud, this.#parts.from.subscriber.queue, outgoing);
    const sent = fresh.filter((_, index) => results[index]?.ok === true);
    for (const [index, { messageId }] of fresh.entries()) {
      const result = results[index];
      if (result?.ok === false) {
        this.#failed.add(messageId);
        this.#problem = describeError(result.error).message;
      }
    }
    if (sent.length > 0) {
      for (const letter of sent) {
        this.comebacks.add(letter);
      }
      this.#journal.sent(sent.map(({ messageId }) => messageId));
    }
    const there = letters.filter(({ messageId }) => this.#journal.wasSent(messageId));
    if (there.length === 0) {
      return [];
    }
    const kept = await this.#lease.delete(there.map(({ messageId }) => messageId));
    const gone = there.filter(({ messageId }) => !kept.has(messageId));
    this.#journal.deleted(gone.map(({ messageId }) => messageId));
    this.#moved += gone.length;
    return gone.map((letter) => ({
      messageId: letter.messageId,
      fingerprint: letter.fingerprint,
      event: letter.event && { id: letter.event.id, source: letter.event.source, type: letter.event.type },
      identity: identityOf(letter),
    }));
  }

  /** Whether a letter is to be sent: not what was sent before, was refused, or does not match. */
  #isWanted(letter: Letter): boolean {
    const { messageId } = letter;
    if (this.#journal.wasSent(messageId) || this.#failed.has(messageId)) {
      return false;
    }
    if (this.comebacks.has(letter)) {
      this.#returned.add(messageId);
      return false;
    }
    // What arrived after the move began was not planned: moving it too could go on for ever.
    if (this.comebacks.isLate(letter)) {
      this.#late.add(messageId);
      return false;
    }
    if (!matches(letter, this.#parts.filter)) {
      this.#left.add(messageId);
      return false;
    }
    return true;
  }

  async #areOthersInFlight(): Promise<boolean> {
    const { inFlight, visible } = await countsOf(this.#parts.cloud, this.#parts.from.queue);
    return inFlight + visible > this.#lease.size;
  }

  async #pace(): Promise<void> {
    const { rate, signal } = this.#parts.options;
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
      late: this.#late.size,
      rate: seconds > 0 ? this.#moved / seconds : 0,
      problem: this.#problem,
      done,
      latest,
    };
  }
}
