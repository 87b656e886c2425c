import { addOne, check, property, same, thingOf, until } from "../harness/index.ts";

export default property({
  name: "A worker that commits after its lease, when another worker has taken over, writes nothing",
  needs: ["commit"],
  async run(t) {
    const table = await t.table();
    const effects = await t.table();
    let go = () => {};
    const slow = new Promise<void>((resolve) => {
      go = resolve;
    });
    const started: string[] = [];
    const stale = t.worker({
      table,
      handle: async ({ commit }) => {
        started.push("stale");
        await slow;
        await commit([addOne(effects, "a")]);
      },
    });
    const next = t.worker({ table, handle: ({ commit }) => commit([addOne(effects, "a")]) });
    const batch = await t.deliver([thingOf("a")]);
    const late = stale.invoke(batch.records, { timeoutMs: 10_000 });
    await until("the first worker handles it", () => started.length === 1);
    same(t.failed(batch, await next.invoke(batch.records, { aheadMs: 60_000 })), [], "given back by the next worker");
    go();
    await late;
    const times = await t.counter(effects, "a");
    check(times === 1, `the effect happened ${times} times`);
  },
});
