/** What the loops over arrays, maps and sets, and the methods of arrays, go through. */
const ITERATORS = [[][Symbol.iterator](), new Map()[Symbol.iterator](), new Set()[Symbol.iterator]()].map(
  (iterator): { next: () => unknown } => Object.getPrototypeOf(iterator),
);
const METHODS = ["every", "filter", "find", "findIndex", "forEach", "includes", "indexOf", "map", "reduce", "some"];

/**
 * Counts how many elements of arrays, maps and sets some work goes through: a measure of its length that does not depend on the
 * machine. Loops that count an index up are not seen.
 */
export function countSteps(work: () => void): number {
  let steps = 0;
  const undo: (() => void)[] = [];
  const replace = (on: object, name: string, count: (self: unknown) => void) => {
    const original: (...args: unknown[]) => unknown = Reflect.get(on, name);
    const counting = function (this: unknown, ...args: unknown[]) {
      count(this);
      return original.apply(this, args);
    };
    Reflect.defineProperty(on, name, { value: counting, configurable: true, writable: true });
    undo.push(() => Reflect.defineProperty(on, name, { value: original, configurable: true, writable: true }));
  };
  for (const iterator of ITERATORS) {
    replace(iterator, "next", () => void steps++);
  }
  for (const name of METHODS) {
    replace(Array.prototype, name, (self) => {
      if (Array.isArray(self)) {
        steps += self.length;
      }
    });
  }
  try {
    work();
  } finally {
    for (const one of undo) {
      one();
    }
  }
  return steps;
}
