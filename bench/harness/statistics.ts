/** A metric over the rounds. */
export interface Distribution {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly samples: readonly number[];
}

/** @throws RangeError without samples */
export function distributionOf(samples: readonly number[]): Distribution {
  const sorted = samples.toSorted((left, right) => left - right);
  const [min] = sorted;
  const max = sorted.at(-1);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (min === undefined || max === undefined || upper === undefined || lower === undefined) {
    throw new RangeError("a distribution needs at least one sample");
  }
  return { median: (lower + upper) / 2, min, max, samples };
}
