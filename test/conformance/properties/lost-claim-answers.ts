import { property, same, thingOf, until } from "../harness/index.ts";

export default property({
  name: "When all answers to a claim get lost, the event is not handled unclaimed, and is free at its next delivery",
  needs: ["store"],
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({ table: await t.table(), handle: ({ id }) => void handled.push(id) });
    // All tries of the SDK.
    worker.store.inject("claim", { kind: "loseAnswer" }, 3);
    const batch = await t.deliver([thingOf("a")]);
    const result = await worker.invoke(batch.records);
    same(handled, [], "handled without a claim");
    same(t.failed(batch, result), ["a"], "came again");
    worker.store.clear();
    // What is written after the answer is written, as long as the environment lives.
    await until("the claim is given back", () => worker.calls("BatchExecuteStatementCommand").length !== 3, 500).catch(
      () => {},
    );
    const second = await t.again(batch, result);
    same(t.failed(second, await worker.invoke(second.records)), [], "still blocked at the second delivery");
    same(handled, ["a"], "handled");
  },
});
