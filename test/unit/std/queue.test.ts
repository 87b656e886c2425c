import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Queue, Semaphore } from "../../../lib/std/index.ts";

describe("Queue", () => {
  it("behaves as a list does", () => {
    const step = fc.oneof({ weight: 3, arbitrary: fc.nat() }, { weight: 2, arbitrary: fc.constant("take" as const) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const queue = new Queue<number>();
        const model: number[] = [];
        for (const each of steps) {
          if (each === "take") {
            expect(queue.shift()).toBe(model.shift());
          } else {
            queue.push(each);
            model.push(each);
          }
          expect(queue.length).toBe(model.length);
          expect(queue.peek()).toBe(model[0]);
        }
      }),
    );
  });

  it("keeps the order across the point where it gives memory back", () => {
    const queue = new Queue<number>();
    for (let item = 0; item < 3_000; item++) {
      queue.push(item);
    }
    for (let item = 0; item < 2_500; item++) {
      expect(queue.shift()).toBe(item);
    }
    queue.push(3_000);
    expect(queue.length).toBe(501);
    for (let item = 2_500; item <= 3_000; item++) {
      expect(queue.shift()).toBe(item);
    }
    expect(queue.shift()).toBeUndefined();
    expect(queue.length).toBe(0);
  });
});

describe("Semaphore", () => {
  it("lets in as many as it has places, and the others in their order", async () => {
    const semaphore = new Semaphore(2);
    const entered: number[] = [];
    const enter = async (who: number) => {
      await semaphore.acquire();
      entered.push(who);
    };
    const all = [0, 1, 2, 3].map(enter);
    await Promise.all(all.slice(0, 2));
    expect(entered).toEqual([0, 1]);
    semaphore.release();
    await all[2];
    expect(entered).toEqual([0, 1, 2]);
    semaphore.release();
    await all[3];
    expect(entered).toEqual([0, 1, 2, 3]);
  });

  it("keeps places that nobody waits for", async () => {
    const semaphore = new Semaphore(1);
    for (let round = 0; round < 3; round++) {
      await semaphore.acquire();
      semaphore.release();
    }
    await semaphore.acquire();
    let entered = false;
    const next = semaphore.acquire().then(() => {
      entered = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(entered).toBe(false);
    semaphore.release();
    await next;
  });
});
