import fc from "fast-check";
import { NoAnswer } from "./no-answer.ts";
import { type Difference, type Outcome, type Pair, play } from "./play.ts";
import { RARE_SEQUENCES } from "./rare.ts";
import { type Sequence, sequences } from "./sequence.ts";

/** Sequences that one seed stands for. */
const ROUND = 12;

/** Milliseconds after the deadline in which failing sequences are still made smaller. */
const SHRINK_GRACE_MS = 5_000;

/** How often a sequence is begun before a side that does not answer ends the run. */
const ATTEMPTS = 3;

/** What an exploration takes. */
export interface ExploreOptions {
  readonly pair: Pair;
  /** Calls to each side after which no sequence is begun. */
  readonly operations: number;
  /** No sequence is begun after this time (in milliseconds since 1970), whatever was compared until then. */
  readonly deadline: number;
  /** Of the first round; the next rounds have the next seeds. */
  readonly seed: number;
  /** Sequences at the same time. */
  readonly parallel: number;
  /** Attempts to make a failing sequence smaller. */
  readonly shrinks: number;
  readonly onProgress: (operations: number) => void;
  /** Told of a finding before it is made smaller. */
  readonly onFinding: (signature: string) => void;
}

/** A difference that nobody has judged, with the smallest sequence that shows it. */
export interface Finding {
  readonly difference: Difference;
  readonly sequence: Sequence;
  /** Makes the round in which it was found; absent for a sequence that is written down. */
  readonly seed?: number;
}

/** What was seen. */
export interface Exploration {
  /** Calls to each side in the sequences below; nothing else. */
  operations: number;
  /** Sequences that were played to their end. */
  sequences: number;
  rounds: number;
  /** Calls to each side in smaller copies of sequences that had failed. */
  shrinkOperations: number;
  /** Sequences that were begun anew because a side did not answer in time; their calls count nowhere. */
  retries: number;
  /** How often each known difference was seen. */
  readonly known: Map<string, number>;
  /** By what is different. */
  readonly findings: Map<string, Finding>;
}

/**
 * Plays the sequences that are written down, then random ones until enough operations were compared. One finding is kept
 * of each kind of difference.
 *
 * @throws NoAnswer when a side did not answer in several attempts at the same sequence
 */
export async function explore(options: ExploreOptions): Promise<Exploration> {
  const seen: Exploration = {
    operations: 0,
    sequences: 0,
    rounds: 0,
    shrinkOperations: 0,
    retries: 0,
    known: new Map(),
    findings: new Map(),
  };
  const run = new Run(options, seen);
  await run.playWritten();
  await Promise.all(Array.from({ length: options.parallel }, () => run.work()));
  if (run.silence !== undefined) {
    throw run.silence;
  }
  return seen;
}

class Run {
  /** Ends the run. */
  silence: NoAnswer | undefined;
  readonly #options: ExploreOptions;
  readonly #seen: Exploration;
  #names = 0;

  constructor(options: ExploreOptions, seen: Exploration) {
    this.#options = options;
    this.#seen = seen;
  }

  async playWritten(): Promise<void> {
    for (const sequence of RARE_SEQUENCES) {
      const outcome = await this.#play(sequence, 0);
      if (outcome === undefined) {
        return;
      }
      this.#count(outcome, true);
      const { difference } = outcome;
      if (difference === undefined || this.#seen.findings.has(difference.signature)) {
        continue;
      }
      this.#options.onFinding(difference.signature);
      this.#seen.findings.set(difference.signature, { difference, sequence });
    }
  }

  async work(): Promise<void> {
    while (!this.#isOver()) {
      await this.#round(this.#options.seed + this.#seen.rounds++);
    }
  }

  /** Plays the sequences of one seed; shrinks the first that shows something new. */
  async #round(seed: number): Promise<void> {
    const { deadline, shrinks, onFinding } = this.#options;
    let chased: string | undefined;
    let attempts = 0;
    const property = fc.asyncProperty(sequences, async (sequence) => {
      const isNew = chased === undefined;
      if (isNew ? this.#isOver() : ++attempts > shrinks || Date.now() > deadline + SHRINK_GRACE_MS) {
        return;
      }
      const outcome = await this.#play(sequence, seed);
      if (outcome === undefined) {
        return;
      }
      this.#count(outcome, isNew);
      const { difference } = outcome;
      if (difference === undefined) {
        return;
      }
      const { signature } = difference;
      if (isNew ? this.#seen.findings.has(signature) : signature !== chased) {
        return;
      }
      if (isNew) {
        onFinding(signature);
      }
      this.#seen.findings.set(signature, { difference, sequence, seed });
      if (shrinks === 0) {
        return;
      }
      chased = signature;
      throw new Error(signature);
    });
    await fc.check(property, { seed, numRuns: ROUND });
  }

  /** Nothing when a side stays silent, which ends the run. */
  async #play(sequence: Sequence, seed: number): Promise<Outcome | undefined> {
    for (let attempt = 1; this.silence === undefined; attempt++) {
      try {
        return await play(this.#options.pair, sequence, `d${seed.toString(36)}-${(this.#names++).toString(36)}-`);
      } catch (error) {
        if (!(error instanceof NoAnswer)) {
          throw error;
        }
        if (attempt === ATTEMPTS) {
          this.silence = error;
        } else {
          this.#seen.retries++;
        }
      }
    }
    return undefined;
  }

  #count({ calls, known }: Outcome, isNew: boolean): void {
    const seen = this.#seen;
    if (!isNew) {
      seen.shrinkOperations += calls;
      return;
    }
    seen.sequences++;
    seen.operations += calls;
    for (const { id } of known) {
      seen.known.set(id, (seen.known.get(id) ?? 0) + 1);
    }
    this.#options.onProgress(seen.operations);
  }

  #isOver(): boolean {
    const { operations, deadline } = this.#options;
    return this.silence !== undefined || this.#seen.operations >= operations || Date.now() > deadline;
  }
}
