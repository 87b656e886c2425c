import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "If the response to a claim gets lost, the event is handled at once or at its next delivery",
  needs: ["store"],
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({ table: await t.table(), handle: ({ id }) => void handled.push(id) });
    worker.store.inject("claim", { kind: "loseAnswer" });
    let batch = await t.deliver([thingOf("a"), thingOf("b")]);
    let result = await worker.invoke(batch.records);
    if (result.failed.length > 0) {
      batch = await t.again(batch, result);
      result = await worker.invoke(batch.records);
    }
    same(t.failed(batch, result), [], "still blocked at the second delivery");
    same([...handled].sort(), ["a", "b"], "handled");
  },
});
