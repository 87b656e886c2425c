import fc from "fast-check";

/** Changes that make a request wrong, by the name that judgements refer to. */
export type Faults<T> = Readonly<Record<string, Partial<T>>>;

/** Something that the generator can have made wrong on purpose. */
export interface Faulty {
  /** Name of what is wrong; absent where nothing is. */
  readonly fault?: string;
}

/** What is usual, and once in `weight` + 1 times something wrong in one respect: which error comes first is not documented. */
export function seldomWrong<T extends Faulty>(
  weight: number,
  usual: fc.Arbitrary<T>,
  faults: Faults<T>,
): fc.Arbitrary<T> {
  return fc.oneof(
    { weight, arbitrary: usual },
    { weight: 1, arbitrary: fc.tuple(usual, fault(faults)).map(([value, change]) => ({ ...value, ...change })) },
  );
}

/** A list of usual things, of which at most one is wrong. */
export function atMostOneWrong<T extends Faulty>(
  weight: number,
  usual: fc.Arbitrary<T>,
  faults: Faults<T>,
): fc.Arbitrary<readonly T[]> {
  const list = fc.array(usual, { minLength: 1, maxLength: 4 });
  return fc.oneof(
    { weight, arbitrary: list },
    {
      weight: 1,
      arbitrary: fc
        .tuple(list, fc.nat(), fault(faults))
        .map(([items, pick, change]) =>
          items.map((item, place) => (place === pick % items.length ? { ...item, ...change } : item)),
        ),
    },
  );
}

function fault<T extends Faulty>(faults: Faults<T>): fc.Arbitrary<Partial<T> & Faulty> {
  return fc.constantFrom(...Object.entries(faults)).map(([name, change]) => ({ ...change, fault: name }));
}
