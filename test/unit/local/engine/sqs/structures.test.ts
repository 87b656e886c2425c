import fc from "fast-check";
import { expect, test } from "vitest";
import { IndexedHeap, Queue } from "../../../../../lib/std/index.ts";

test("a heap gives its items in order, without those that were removed", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ key: fc.nat(20), removed: fc.boolean() }), { maxLength: 60 }), (items) => {
      const heap = new IndexedHeap<{ key: number }>((left, right) => left.key - right.key);
      for (const item of items) {
        heap.push(item);
      }
      for (const item of items.filter((one) => one.removed)) {
        expect(heap.remove(item)).toBe(true);
        expect(heap.remove(item)).toBe(false);
      }
      const kept = items.filter((one) => !one.removed).map((one) => one.key);
      expect(heap.size).toBe(kept.length);
      const popped: number[] = [];
      for (let item = heap.pop(); item !== undefined; item = heap.pop()) {
        popped.push(item.key);
      }
      expect(popped).toEqual(kept.toSorted((left, right) => left - right));
    }),
    {
      numRuns: 500,
      // The last item comes to the place of the one removed, whose parent is greater: it has to rise.
      examples: [[[1, 0, 0, 1, 1, 1, 0].map((key, index) => ({ key, removed: index === 3 }))]],
    },
  );
});

test("a deque keeps its order through thousands of pushes and shifts", () => {
  const deque = new Queue<number>();
  let next = 0;
  let expected = 0;
  for (let round = 0; round < 5_000; round++) {
    deque.push(next++);
    deque.push(next++);
    if (round % 3 !== 0) {
      expect(deque.shift()).toBe(expected++);
    }
  }
  expect(deque.at(0)).toBe(expected);
  expect(deque.length).toBe(next - expected);
  expect([...deque].length).toBe(next - expected);
  while (deque.length > 0) {
    expect(deque.shift()).toBe(expected++);
  }
  expect(deque.shift()).toBeUndefined();
});
