import { isDeepStrictEqual } from "node:util";
import { utf8Bytes } from "../../lib/wire/index.ts";

/** @throws Error that shows where two texts part, without the texts: they may be large */
export function sameText(what: string, actual: string, expected: string): void {
  if (actual === expected) {
    return;
  }
  let at = 0;
  while (at < actual.length && actual[at] === expected[at]) {
    at++;
  }
  const around = (text: string) => JSON.stringify(text.slice(Math.max(0, at - 20), at + 40));
  throw new Error(
    `${what}: ${utf8Bytes(actual)} instead of ${utf8Bytes(expected)} bytes, from character ${at} on ` +
      `${around(actual)} instead of ${around(expected)}`,
  );
}

/** @throws Error with both values */
export function same(what: string, actual: unknown, expected: unknown): void {
  if (isDeepStrictEqual(actual, expected)) {
    return;
  }
  const shown = (value: unknown) => (JSON.stringify(value) ?? "nothing").slice(0, 400);
  throw new Error(`${what}: ${shown(actual)} instead of ${shown(expected)}`);
}

/** An element that must be there. */
export function nth<T>(list: readonly T[], index: number, what: string): T {
  const element = list[index];
  if (element === undefined) {
    throw new Error(`${what}: there are ${list.length}, and number ${index + 1} is missing`);
  }
  return element;
}

/** FIFO must keep the order; standard queues need not, so there both sides are put into one. */
export function inOrder<T>(list: readonly T[], fifo: boolean, key: (element: T) => string): readonly T[] {
  return fifo ? list : list.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
