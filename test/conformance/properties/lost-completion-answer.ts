import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "If the response to a completion gets lost, the event counts as done and is not handled again",
  needs: ["store"],
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({ table: await t.table(), handle: ({ id }) => void handled.push(id) });
    worker.store.inject("complete", { kind: "loseAnswer" });
    const batch = await t.deliver([thingOf("a")]);
    same(t.failed(batch, await worker.invoke(batch.records)), [], "redelivered");
    await worker.invoke(batch.records, { aheadMs: 60_000 });
    same(handled, ["a"], "handled");
  },
});
