import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "If all responses to a claim get lost, the event is not handled without a claim, and can be claimed at its next delivery",
  needs: ["store"],
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({ table: await t.table(), handle: ({ id }) => void handled.push(id) });
    // However often the SDK tries.
    worker.store.inject("claim", { kind: "loseAnswer" }, Number.POSITIVE_INFINITY);
    const batch = await t.deliver([thingOf("a")]);
    const result = await worker.invoke(batch.records);
    same(handled, [], "handled without a claim");
    same(t.failed(batch, result), ["a"], "redelivered");
    worker.store.clear();
    const second = await t.again(batch, result);
    same(t.failed(second, await worker.invoke(second.records)), [], "still blocked at the second delivery");
    same(handled, ["a"], "handled");
  },
});
