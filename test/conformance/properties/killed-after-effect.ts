import { addOne, check, type Delivery, property, thingOf } from "../harness/index.ts";

export default property({
  name: "An invocation that is killed after its effect in DynamoDB does not repeat the effect",
  needs: ["store"],
  async run(t) {
    const table = await t.table();
    const effects = await t.table();
    const spec = { table, handle: (delivery: Delivery) => delivery.commit([addOne(effects, "a")]) };
    const killed = t.worker(spec);
    killed.store.inject("commit", { kind: "dieAfter" });
    const batch = await t.deliver([thingOf("a")]);
    const result = await killed.invoke(batch.records, { timeoutMs: 5_000 });
    const second = await t.again(batch, result);
    await t.worker(spec).invoke(second.records, { aheadMs: 60_000 });
    const times = await t.counter(effects, "a");
    check(times === 1, `the effect happened ${times} times`);
  },
});
