import fc from "fast-check";

/** Something that has a name. */
interface Kinded {
  readonly kind: string;
}

type Parts<O extends Kinded, K extends O["kind"]> = {
  [P in Exclude<keyof Extract<O, { kind: K }>, "kind">]: fc.Arbitrary<Extract<O, { kind: K }>[P]>;
};

/** Makes arbitraries of steps out of arbitraries of their parts, checked against the union of all steps. */
export function step<O extends Kinded>() {
  return <K extends O["kind"]>(kind: K, parts: Parts<O, K>): fc.Arbitrary<O> =>
    // The compiler cannot see that a kind and its parts make a member of the union again.
    fc.record({ kind: fc.constant(kind), ...parts }) as unknown as fc.Arbitrary<O>;
}

/** What is usual, and now and then what is not: `weight` to one. */
export function mostly<T, U extends T = T>(
  weight: number,
  usual: fc.Arbitrary<T>,
  rare: fc.Arbitrary<U>,
): fc.Arbitrary<T>;
export function mostly<T, U>(weight: number, usual: fc.Arbitrary<T>, rare: fc.Arbitrary<U>): fc.Arbitrary<T | U>;
export function mostly<T, U>(weight: number, usual: fc.Arbitrary<T>, rare: fc.Arbitrary<U>): fc.Arbitrary<T | U> {
  return fc.oneof(
    { arbitrary: usual as fc.Arbitrary<T | U>, weight },
    { arbitrary: rare as fc.Arbitrary<T | U>, weight: 1 },
  );
}

/** An object without the fields that are undefined. */
export function without<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
