import { property, same, things } from "../harness/index.ts";

export default property({
  name: "A store that is down while handlers run, and back when they end, has no effect",
  needs: ["store"],
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({
      table: await t.table(),
      handle: async ({ id }) => {
        worker.store.inject("any", { kind: "fail" }, Number.POSITIVE_INFINITY);
        await new Promise((resolve) => setTimeout(resolve, 10));
        worker.store.clear();
        handled.push(id);
      },
    });
    const batch = await t.deliver(things(3));
    same(t.failed(batch, await worker.invoke(batch.records)), [], "redelivered");
    await worker.invoke(batch.records, { aheadMs: 60_000 });
    same([...handled].sort(), ["a-0", "a-1", "a-2"], "handled");
  },
});
