import { property, same, thingOf, until } from "../harness/index.ts";

export default property({
  name: "A worker that finishes after its lease does not end the claim of the worker that took over the event",
  needs: ["store"],
  async run(t) {
    const table = await t.table();
    const handled: string[] = [];
    let finish = () => {};
    const slow = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let fail = () => {};
    const failing = new Promise<void>((_, reject) => {
      fail = () => reject(new Error("no"));
    });
    failing.catch(() => {});
    const batch = await t.deliver([thingOf("a")]);
    const stale = t.worker({
      table,
      handle: async () => {
        handled.push("stale");
        await slow;
      },
    });
    const late = stale.invoke(batch.records, { timeoutMs: 10_000 });
    await until("the first worker handles it", () => handled.length === 1);
    const next = t.worker({
      table,
      handle: async () => {
        handled.push("next");
        await failing;
      },
    });
    const taken = next.invoke(batch.records, { aheadMs: 60_000 });
    await until("the next worker handles it", () => handled.length === 2);
    finish();
    await late;
    // While the next worker is at it, nobody else is told that the event is done: it may still fail, as it does here.
    const third = t.worker({ table, handle: () => void handled.push("third") });
    const result = await third.invoke(batch.records, { aheadMs: 61_000 });
    same(t.failed(batch, result), ["a"], "given back by a third worker while the second is at it");
    fail();
    same(t.failed(batch, await taken), ["a"], "given back by the worker that took over and failed");
    same(handled, ["stale", "next"], "handled by");
  },
});
