import { expect, test } from "vitest";
import type { HandlerContext } from "../../../lib/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { envelope, MemoryStore, record, run } from "./support.ts";

test("when all handlers have ended, neither completions nor releases linger", async () => {
  const clock = new FakeClock();
  const store = new MemoryStore();
  const failing = (_data: unknown, { event }: HandlerContext) =>
    event.id === "a" ? Promise.reject(new Error("no")) : undefined;
  const records = ["a", "b", "c"].map((id) => record(envelope(id)));
  const running = run({ Placed: failing }, records, { store, clock });
  // Time stands still: what lingers would never be written.
  await clock.advance(0);
  expect(await running).toEqual([records[0]?.messageId]);
  expect(store.calls.map(({ step, keys }) => [step, keys.length])).toEqual([
    ["claim", 3],
    ["complete", 2],
    ["release", 1],
  ]);
});

test("an invocation without records has a response", async () => {
  expect(await run({ Placed: () => {} }, [])).toEqual([]);
});
