import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "If an event that is in a batch twice fails, neither of its messages is lost",
  needs: ["store"],
  async run(t) {
    let fails = true;
    const handled: string[] = [];
    const worker = t.worker({
      table: await t.table(),
      handle: ({ id }) => {
        if (fails) {
          throw new Error("no");
        }
        handled.push(id);
      },
    });
    const batch = await t.deliver([thingOf("a"), thingOf("a"), thingOf("b")]);
    const result = await worker.invoke(batch.records);
    same(t.failed(batch, result), ["a", "a", "b"], "redelivered");
    fails = false;
    const second = await t.again(batch, result);
    await worker.invoke(second.records);
    same([...handled].sort(), ["a", "b"], "handled in the end");
  },
});
