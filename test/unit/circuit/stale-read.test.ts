import { expect, test } from "vitest";
import { CircuitBreaker } from "../../../lib/circuit/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { MemoryCircuitStore, Said } from "./support.ts";

test("a read that was under way while the probe was taken does not hide the probe's outcome", async () => {
  const clock = new FakeClock();
  const store = new MemoryCircuitStore();
  const said = new Said();
  const breaker = new CircuitBreaker("billing", store, clock, said, {
    failureThreshold: 1,
    openSeconds: 30,
    refreshSeconds: 0,
  });
  await breaker.failed();
  await clock.advance(31_000);
  const read = store.read.bind(store);
  const answered = Promise.withResolvers<void>();
  // What the store held when it was asked, answered late.
  store.read = async () => {
    const seen = await read();
    await answered.promise;
    return seen;
  };
  const paused = breaker.paused();
  await Promise.resolve();
  store.read = read;
  expect(await breaker.permission()).toEqual({ kind: "probe" });
  answered.resolve();
  await paused;
  await breaker.failed();
  expect(said.words).toEqual(["opened 30", "opened 60"]);
});
