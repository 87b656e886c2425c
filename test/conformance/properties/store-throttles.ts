import { property, same, things } from "../harness/index.ts";

export default property({
  name: "If the store throttles some statements, every event is still handled once, without a redelivery",
  needs: ["store"],
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({ table: await t.table(), handle: ({ id }) => void handled.push(id) });
    worker.store.inject("claim", { kind: "throttle", statements: [0, 7, 24] });
    worker.store.inject("claim", { kind: "throttle", statements: [1] });
    worker.store.inject("complete", { kind: "throttle", statements: [0, 2] });
    const batch = await t.deliver(things(30));
    same(t.failed(batch, await worker.invoke(batch.records)), [], "redelivered");
    await worker.invoke(batch.records, { aheadMs: 60_000 });
    same(handled.length === new Set(handled).size ? [handled.length] : handled, [30], "handled");
  },
});
