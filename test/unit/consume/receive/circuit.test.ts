import { expect, test } from "vitest";
import { circuitBreaker } from "../../../../lib/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import { MemoryCircuitStore } from "../../circuit/support.ts";
import { DELETE, Queue } from "./queue.ts";
import { advanceUntil, start, stop } from "./start.ts";

/** A poller that starts while another worker has opened the circuit for so long. */
function startOpen(openMs: number, refreshSeconds: number) {
  const clock = new FakeClock();
  const startedAt = clock.now();
  const store = new MemoryCircuitStore();
  store.record = { generation: 1, openUntil: clock.now() + openMs, opened: 1 };
  const queue = new Queue(["a"]);
  const poller = start(
    queue,
    { Placed: () => {} },
    { clock, circuitBreaker: circuitBreaker({ store, refreshSeconds }) },
  );
  return { clock, store, queue, poller, elapsed: () => clock.now() - startedAt };
}

test("while the circuit is open nothing is received; when the pause is over, polling goes on at once", async () => {
  const { clock, store, queue, poller } = startOpen(7_000, 0);
  await clock.advance(100);
  expect(poller.health().circuit).toBe("open");
  await clock.advance(6_899);
  expect(queue.receives).toEqual([]);
  // The state is read every five seconds, and not all the time.
  expect(store.calls.length).toBeLessThanOrEqual(3);
  await clock.advance(2);
  expect(queue.receives.length).toBeGreaterThan(0);
  await advanceUntil(clock, () => queue.entriesOf(DELETE).length === 1);
  expect(poller.health().circuit).toBe("closed");
  await stop(poller, clock);
});

test("polling goes on within five seconds after another worker has closed the circuit", async () => {
  const { clock, store, queue, poller, elapsed } = startOpen(600_000, 5);
  await clock.advance(6_000);
  expect(queue.receives).toEqual([]);
  store.record = { generation: 2, openUntil: 0, opened: 0 };
  await advanceUntil(clock, () => queue.entriesOf(DELETE).length === 1);
  expect(elapsed()).toBeLessThanOrEqual(11_000);
  await stop(poller, clock);
});

test("told to stop while the circuit is open, a poller stops at once and receives nothing", async () => {
  const { clock, queue, poller } = startOpen(600_000, 5);
  await clock.advance(1_000);
  const stopped = poller.stop();
  await clock.advance(0);
  expect(poller.health().state).toBe("stopped");
  await stopped;
  expect(queue.receives).toEqual([]);
});
