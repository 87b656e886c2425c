import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "A handler that keeps running after its timeout keeps its claim: no second handler runs beside it",
  needs: ["recordTimeout", "store"],
  isTimed: true,
  async run(t) {
    const table = await t.table();
    const handled: string[] = [];
    const handle = async ({ id }: { id: string }) => {
      handled.push(id);
      await new Promise((resolve) => setTimeout(resolve, 300));
    };
    const batch = await t.deliver([thingOf("a")]);
    const result = await t.worker({ table, recordTimeoutMs: 30, handle }).invoke(batch.records, { timeoutMs: 3_000 });
    same(t.failed(batch, result), ["a"], "redelivered");
    const next = await t.worker({ table, handle }).invoke(batch.records);
    same(t.failed(batch, next), ["a"], "given back by the next worker");
    same(handled, ["a"], "handled");
  },
});
