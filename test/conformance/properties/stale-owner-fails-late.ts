import { property, same, thingOf, until } from "../harness/index.ts";

export default property({
  name: "A worker that fails after its lease does not undo what another worker has completed since",
  needs: ["store"],
  async run(t) {
    const table = await t.table();
    const handled: string[] = [];
    let fail = () => {};
    const slow = new Promise<void>((_, reject) => {
      fail = () => reject(new Error("late"));
    });
    slow.catch(() => {});
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
    // A minute later the lease is over, and another worker does it.
    const next = t.worker({ table, handle: () => void handled.push("next") });
    await next.invoke(batch.records, { aheadMs: 60_000 });
    same(handled, ["stale", "next"], "handled by");
    fail();
    await late;
    await next.invoke(batch.records, { aheadMs: 61_000 });
    same(handled, ["stale", "next"], "after the stale worker failed, handled by");
  },
});
