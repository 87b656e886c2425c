import { property, same, things } from "../harness/index.ts";

export default property({
  name: "While the store is down, no event is handled without a claim; when it is back, all events are handled",
  needs: ["store"],
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({ table: await t.table(), handle: ({ id }) => void handled.push(id) });
    worker.store.inject("any", { kind: "fail" }, Number.POSITIVE_INFINITY);
    const batch = await t.deliver(things(3));
    const result = await worker.invoke(batch.records);
    same(handled, [], "handled while the store was down");
    same(t.failed(batch, result), ["a-0", "a-1", "a-2"], "redelivered");
    worker.store.clear();
    const second = await t.again(batch, result);
    same(t.failed(second, await worker.invoke(second.records)), [], "redelivered when the store was back");
    same([...handled].sort(), ["a-0", "a-1", "a-2"], "handled");
  },
});
