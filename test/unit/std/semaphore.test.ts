import { expect, it } from "vitest";
import { Semaphore } from "../../../lib/std/index.ts";

it("Semaphore.run returns its slot although the task fails", async () => {
  const semaphore = new Semaphore(1);
  await expect(semaphore.run(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await semaphore.run(async () => "next")).toBe("next");
});

it("Semaphore.enter calls back at once where a slot is free, else in order with those that acquire", async () => {
  const semaphore = new Semaphore(1);
  const order: string[] = [];
  semaphore.enter(() => order.push("first"));
  expect(order).toEqual(["first"]);
  const acquired = semaphore.acquire().then(() => order.push("second"));
  semaphore.enter(() => order.push("third"));
  semaphore.release();
  await acquired;
  semaphore.release();
  expect(order).toEqual(["first", "second", "third"]);
});
