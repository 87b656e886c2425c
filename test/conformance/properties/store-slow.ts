import { check, property, same, things } from "../harness/index.ts";

export default property({
  name: "A store that takes 100 ms per call delays 50 records by less than a second, and all are handled once",
  needs: ["store"],
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({ table: await t.table(), handle: ({ id }) => void handled.push(id) });
    worker.store.inject("any", { kind: "delay", ms: 100 }, Number.POSITIVE_INFINITY);
    const batch = await t.deliver(things(50));
    const result = await worker.invoke(batch.records);
    same(t.failed(batch, result), [], "redelivered");
    check(new Set(handled).size === 50 && handled.length === 50, `handled ${handled.length}`);
    check(result.milliseconds < 1_000, () => `took ${Math.round(result.milliseconds)} ms`);
  },
});
