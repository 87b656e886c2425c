import { addOne, check, type Delivery, property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "If the response to a commit gets lost, the effect still happens once and the event is done",
  needs: ["commit"],
  async run(t) {
    const effects = await t.table();
    const spec = { table: await t.table(), handle: (delivery: Delivery) => delivery.commit([addOne(effects, "a")]) };
    for (const lost of [1, 3]) {
      const worker = t.worker(spec);
      worker.store.inject("commit", { kind: "loseAnswer" }, lost);
      const batch = await t.deliver([thingOf(`a-${lost}`)]);
      const result = await worker.invoke(batch.records);
      worker.store.clear();
      if (result.failed.length > 0) {
        const second = await t.again(batch, result);
        same(t.failed(second, await worker.invoke(second.records, { aheadMs: 60_000 })), [], "redelivered twice");
      }
    }
    const times = await t.counter(effects, "a");
    check(times === 2, `two events had ${times} effects`);
  },
});
