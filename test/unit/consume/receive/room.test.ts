import { expect, test } from "vitest";
import type { Handlers } from "../../../../lib/index.ts";
import { FakeClock } from "../../../support/fake-clock.ts";
import type { Orders } from "../support.ts";
import { DELETE, Queue } from "./queue.ts";
import { advanceUntil, start, stop } from "./start.ts";

/** Handlers that run until their event's id is given to `end`. */
function endable() {
  const ends = new Map<string, () => void>();
  const handlers: Handlers<Orders> = {
    Placed: (_data, { event }) => new Promise((resolve) => ends.set(event.id, resolve)),
  };
  return { handlers, started: ends, end: (id: string) => ends.get(id)?.() };
}

test("a receive asks for no more messages than there is room for", async () => {
  const clock = new FakeClock();
  const queue = new Queue(["a", "b"], ["c", "d"]);
  const { handlers, started, end } = endable();
  const poller = start(queue, handlers, { clock, maxInFlight: 6 });
  await advanceUntil(clock, () => started.size === 4);
  expect(queue.receives).toEqual([6, 4]);
  // Room for 2 is not worth a receive; room for 3 is.
  await clock.advance(10_000);
  expect(queue.receives).toEqual([6, 4]);
  end("c");
  await advanceUntil(clock, () => queue.receives.length === 3);
  expect(queue.receives).toEqual([6, 4, 3]);
  for (const id of ["a", "b", "d"]) {
    end(id);
  }
  await advanceUntil(clock, () => queue.entriesOf(DELETE).flat().length === 4);
  await stop(poller, clock);
});

test("a second receive is handled while handlers of the first still run", async () => {
  const clock = new FakeClock();
  const queue = new Queue(["a"], ["b"]);
  const { handlers, started, end } = endable();
  const poller = start(queue, handlers, { clock });
  await advanceUntil(clock, () => started.size === 2);
  end("b");
  await advanceUntil(clock, () => queue.entriesOf(DELETE).length === 1);
  expect(queue.entriesOf(DELETE).flat()).toMatchObject([{ ReceiptHandle: "r-b" }]);
  expect(poller.health().inFlight).toBe(1);
  end("a");
  await advanceUntil(clock, () => queue.entriesOf(DELETE).length === 2);
  await stop(poller, clock);
});
