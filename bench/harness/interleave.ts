import { type Distribution, distributionOf } from "./statistics.ts";

/** One measurement: values by metric. */
export type Sample = Readonly<Record<string, number>>;

/** One of those that are compared. */
export interface Contender {
  readonly name: string;
  /** Prepares, measures once and cleans up; only what it answers counts. */
  sample(): Promise<Sample>;
}

/** What was measured of one contender. */
export interface Measured {
  readonly name: string;
  readonly metrics: Readonly<Record<string, Distribution>>;
}

/** How often a case is measured. */
export interface Repetition {
  /** Samples of each contender that count. */
  readonly rounds: number;
  /** Samples of each contender before those, for the compiler and for connections. */
  readonly warmUps: number;
  /** Milliseconds of warm-ups after which a contender needs no more of them: the slow ones run as much code in fewer samples. */
  readonly warmUpMs?: number;
  /**
   * Samples of a contender directly before each one that counts. Where others take seconds, V8 has shrunk the young generation of its process
   * meanwhile, because the process was idle. @default 0
   */
  readonly leading?: number;
}

/**
 * Measures contenders in turn, round by round: what the machine does to one it does to all. Each round starts with another
 * one, so that none always runs behind the same neighbour's garbage.
 */
export async function interleave(contenders: readonly Contender[], repetition: Repetition): Promise<Measured[]> {
  const { rounds, warmUps, warmUpMs = Number.POSITIVE_INFINITY, leading = 0 } = repetition;
  const warmedUpMs = new Map<Contender, number>();
  const samples = new Map<Contender, Sample[]>(contenders.map((contender) => [contender, []]));
  for (let round = -warmUps; round < rounds; round++) {
    for (const contender of rotated(contenders, round + warmUps)) {
      const spent = warmedUpMs.get(contender) ?? 0;
      if (round < 0 && spent >= warmUpMs) {
        continue;
      }
      // The garbage of the one before is not this one's. Only young objects: full collections, one after another, make V8
      // forget code that others compiled meanwhile, and then everyone is measured cold.
      globalThis.gc?.({ type: "minor" });
      const leads = round < 0 ? 0 : leading;
      for (let lead = 0; lead < leads; lead++) {
        await contender.sample();
      }
      const before = performance.now();
      const sample = await contender.sample();
      if (round >= 0) {
        samples.get(contender)?.push(sample);
      } else {
        warmedUpMs.set(contender, spent + performance.now() - before);
      }
    }
  }
  return contenders.map((contender) => measured(contender.name, samples.get(contender) ?? []));
}

/** Sums samples up. */
export function measured(name: string, samples: readonly Sample[]): Measured {
  const metrics: Record<string, Distribution> = {};
  for (const metric of new Set(samples.flatMap((sample) => Object.keys(sample)))) {
    metrics[metric] = distributionOf(samples.map((sample) => sample[metric] ?? Number.NaN));
  }
  return { name, metrics };
}

function rotated<Item>(items: readonly Item[], by: number): readonly Item[] {
  const at = by % items.length;
  return [...items.slice(at), ...items.slice(0, at)];
}
