import { expect, it } from "vitest";
import { Semaphore } from "../../../lib/std/index.ts";

it("Semaphore.run returns its slot although the task fails", async () => {
  const semaphore = new Semaphore(1);
  await expect(semaphore.run(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await semaphore.run(async () => "next")).toBe("next");
});

it("Semaphore admits at most its limit, the others in order", async () => {
  const semaphore = new Semaphore(1);
  const order: string[] = [];
  await semaphore.acquire();
  const waiting = ["first", "second"].map((name) => semaphore.acquire().then(() => order.push(name)));
  await Promise.resolve();
  expect(order).toEqual([]);
  semaphore.release();
  await waiting[0];
  expect(order).toEqual(["first"]);
  semaphore.release();
  await waiting[1];
  expect(order).toEqual(["first", "second"]);
});

it("Semaphore.open admits everybody, those that wait included", async () => {
  const semaphore = new Semaphore(1);
  await semaphore.acquire();
  const waiting = [semaphore.acquire(), semaphore.acquire()];
  semaphore.open();
  await Promise.all(waiting);
  await semaphore.acquire();
  semaphore.release();
  await semaphore.acquire();
});
