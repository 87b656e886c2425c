import { check, property, same, things } from "../harness/index.ts";

/** Calls one after another that a batch may wait for. One by one, 50 records would wait for a hundred. */
const MOST_IN_A_ROW = 9;

export default property({
  name: "A batch of 50 records waits for fewer than ten slow calls of the store one after another, and all are handled once",
  needs: ["store"],
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({ table: await t.table(), handle: ({ id }) => void handled.push(id) });
    worker.store.inject("any", { kind: "delay", ms: 100 }, Number.POSITIVE_INFINITY);
    const batch = await t.deliver(things(50));
    const result = await worker.invoke(batch.records);
    same(t.failed(batch, result), [], "redelivered");
    check(new Set(handled).size === 50 && handled.length === 50, `handled ${handled.length}`);
    const { callsInARow } = worker.store;
    check(callsInARow <= MOST_IN_A_ROW, `waited for ${callsInARow} calls one after another`);
  },
});
