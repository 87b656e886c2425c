import fc from "fast-check";
import { type Difference, type Outcome, type Pair, play } from "./play.ts";
import { type Sequence, sequences } from "./sequence.ts";

/** Sequences that one seed stands for. */
const ROUND = 12;

/** Attempts to make a failing sequence smaller. */
const MAXIMUM_SHRINKS = 40;

/** Milliseconds after the deadline in which failing sequences are still made smaller. */
const SHRINK_GRACE_MS = 5_000;

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
  readonly onProgress: (operations: number) => void;
  /** Told of a finding before it is made smaller. */
  readonly onFinding: (signature: string) => void;
}

/** A difference that nobody has judged, with the smallest sequence that shows it. */
export interface Finding {
  readonly difference: Difference;
  readonly sequence: Sequence;
  /** Makes the round in which it was found. */
  readonly seed: number;
}

/** What was seen. */
export interface Exploration {
  operations: number;
  sequences: number;
  rounds: number;
  /** How often each known difference was seen. */
  readonly known: Map<string, number>;
  /** By what is different. */
  readonly findings: Map<string, Finding>;
}

/** Plays random sequences until enough operations were compared. One finding is kept of each kind of difference. */
export async function explore(options: ExploreOptions): Promise<Exploration> {
  const seen: Exploration = { operations: 0, sequences: 0, rounds: 0, known: new Map(), findings: new Map() };
  const isOver = () => seen.operations >= options.operations || Date.now() > options.deadline;
  const worker = async () => {
    while (!isOver()) {
      const seed = options.seed + seen.rounds++;
      await round(options, seen, seed, isOver);
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, worker));
  return seen;
}

/** Plays the sequences of one seed; shrinks the first that shows something new. */
async function round(options: ExploreOptions, seen: Exploration, seed: number, isOver: () => boolean): Promise<void> {
  let chased: string | undefined;
  let attempts = 0;
  let smallest: Finding | undefined;
  const property = fc.asyncProperty(sequences, async (sequence) => {
    if (chased === undefined && isOver()) return;
    if (chased !== undefined && (++attempts > MAXIMUM_SHRINKS || Date.now() > options.deadline + SHRINK_GRACE_MS))
      return;
    const prefix = `d${seed.toString(36)}-${(seen.sequences++).toString(36)}-`;
    const outcome = await play(options.pair, sequence, prefix);
    count(options, seen, outcome);
    const { difference } = outcome;
    if (difference === undefined) return;
    const { signature } = difference;
    if (chased === undefined ? seen.findings.has(signature) : signature !== chased) return;
    if (chased === undefined) options.onFinding(signature);
    chased = signature;
    smallest = { difference, sequence, seed };
    seen.findings.set(signature, smallest);
    throw new Error(signature);
  });
  await fc.check(property, { seed, numRuns: ROUND });
}

function count({ onProgress }: ExploreOptions, seen: Exploration, { calls, known }: Outcome): void {
  seen.operations += calls;
  for (const { id } of known) seen.known.set(id, (seen.known.get(id) ?? 0) + 1);
  onProgress(seen.operations);
}
