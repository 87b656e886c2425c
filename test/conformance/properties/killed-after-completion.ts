import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "An invocation that is killed after its completion is not repeated",
  needs: ["store"],
  async run(t) {
    const table = await t.table();
    const handled: string[] = [];
    const spec = { table, handle: ({ id }: { id: string }) => void handled.push(id) };
    const killed = t.worker(spec);
    killed.store.inject("complete", { kind: "dieAfter" });
    const batch = await t.deliver([thingOf("a")]);
    const result = await killed.invoke(batch.records, { timeoutMs: 5_000 });
    const second = await t.again(batch, result);
    same(t.failed(second, await t.worker(spec).invoke(second.records, { aheadMs: 60_000 })), [], "redelivered");
    same(handled, ["a"], "handled");
  },
});
