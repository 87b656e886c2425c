import fc from "fast-check";
import { expect, it } from "vitest";
import { IndexedHeap } from "../../../lib/std/index.ts";

interface Item {
  readonly weight: number;
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("push" as const), weight: fc.integer({ min: 0, max: 50 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("pop" as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("remove" as const), at: fc.nat() }) },
);

it("IndexedHeap always has the least item first, whatever is pushed, popped and removed", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const heap = new IndexedHeap<Item>((left, right) => left.weight - right.weight);
      let model: Item[] = [];
      const drop = (item: Item | undefined) => {
        model = model.filter((each) => each !== item);
      };
      for (const each of steps) {
        if (each.kind === "push") {
          const item = { weight: each.weight };
          heap.push(item);
          model.push(item);
        } else if (each.kind === "pop") {
          const least = Math.min(...model.map(({ weight }) => weight));
          const popped = heap.pop();
          expect(popped?.weight).toBe(model.length === 0 ? undefined : least);
          drop(popped);
        } else if (model.length > 0) {
          const item = model[each.at % model.length];
          expect(item !== undefined && heap.remove(item)).toBe(true);
          expect(item !== undefined && heap.remove(item)).toBe(false);
          drop(item);
        }
        expect(heap.size).toBe(model.length);
      }
      const rest = Array.from({ length: heap.size }, () => heap.pop()?.weight);
      expect(rest).toEqual(model.map(({ weight }) => weight).sort((left, right) => left - right));
      expect(heap.peek()).toBeUndefined();
    }),
  );
});

it("IndexedHeap lets the item that fills a removed place rise", () => {
  // The last item (11) fills the place of the removed one (17), below its parent (15). Left there, it would come out behind it.
  const items = [1, 15, 8, 17, 35, 26, 11].map((weight) => ({ weight }));
  const heap = new IndexedHeap<Item>((left, right) => left.weight - right.weight);
  for (const item of items) {
    heap.push(item);
  }
  heap.remove(items[3] as Item);
  expect(Array.from({ length: 6 }, () => heap.pop()?.weight)).toEqual([1, 8, 11, 15, 26, 35]);
});

it("IndexedHeap is empty once cleared", () => {
  const heap = new IndexedHeap<Item>((left, right) => left.weight - right.weight);
  const item = { weight: 1 };
  heap.push(item);
  heap.clear();
  expect(heap.size).toBe(0);
  expect(heap.remove(item)).toBe(false);
});
