import { property, same, thingOf, until } from "../harness/index.ts";

export default property({
  name: "A worker whose clock is 1.5 s ahead does not take over an event that is in progress",
  needs: ["store"],
  isTimed: true,
  async run(t) {
    const table = await t.table();
    const handled: string[] = [];
    let finish = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const handle = async ({ id }: { id: string }) => {
      handled.push(id);
      await finished;
    };
    const batch = await t.deliver([thingOf("a")]);
    // The lease ends in 1.2 s: for the other clock that was 0.3 s ago.
    const first = t.worker({ table, handle }).invoke(batch.records, { timeoutMs: 1_200 });
    await until("the first worker handles it", () => handled.length === 1);
    const second = t.worker({ table, handle }).invoke(batch.records, { aheadMs: 1_500, timeoutMs: 1_200 });
    await Promise.race([second, until("it is handled twice", () => handled.length === 2).catch(() => {})]);
    finish();
    await Promise.all([first, second]);
    same(handled, ["a"], "handled");
  },
});
