import { check, forever, property, same, thingOf, until } from "../harness/index.ts";

export default property({
  name: "An event whose worker died is taken over by one worker after the lease, and by no worker before",
  needs: ["store"],
  async run(t) {
    const table = await t.table();
    const handled: string[] = [];
    const batch = await t.deliver([thingOf("a")]);
    const dead = t.worker({
      table,
      handle: async () => {
        handled.push("dead");
        await forever;
      },
    });
    void dead.invoke(batch.records, { timeoutMs: 5_000 });
    await until("the first worker handles it", () => handled.length === 1);
    dead.kill();
    const handle = async () => {
      handled.push("next");
      await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const early = await t.worker({ table, handle }).invoke(batch.records, { aheadMs: 1_000 });
    same(t.failed(batch, early), ["a"], "given back before the end of the lease");
    await Promise.all([1, 2, 3, 4].map(() => t.worker({ table, handle }).invoke(batch.records, { aheadMs: 60_000 })));
    check(handled.length === 2, `taken over by ${handled.length - 1} workers`);
  },
});
