import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "If the store is down after the handler has succeeded, the event is not handled again",
  needs: ["store"],
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({ table: await t.table(), handle: ({ id }) => void handled.push(id) });
    worker.store.inject("complete", { kind: "fail" }, Number.POSITIVE_INFINITY);
    const batch = await t.deliver([thingOf("a")]);
    const result = await worker.invoke(batch.records);
    worker.store.clear();
    if (result.failed.length > 0) {
      const second = await t.again(batch, result);
      await worker.invoke(second.records, { aheadMs: 60_000 });
    }
    same(handled, ["a"], "handled");
  },
});
