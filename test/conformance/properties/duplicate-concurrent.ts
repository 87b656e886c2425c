import { property, same, thingOf, until } from "../harness/index.ts";

export default property({
  name: "An event that reaches two workers at once is handled by one of them, and the other loses no message",
  needs: ["store"],
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
    const batch = await t.deliver([thingOf("a"), thingOf("a")]);
    const [one, two] = [t.worker({ table, handle }), t.worker({ table, handle })];
    const first = one.invoke(batch.records.slice(0, 1));
    await until("the first worker handles it", () => handled.length === 1);
    const second = await two.invoke(batch.records.slice(1));
    same(t.failed(batch, second), ["a"], "given back by the second worker while the first is at it");
    finish();
    same(t.failed(batch, await first), [], "given back by the first worker");
    same(t.failed(batch, await two.invoke(batch.records.slice(1))), [], "given back after it was done");
    same(handled, ["a"], "handled");
  },
});
