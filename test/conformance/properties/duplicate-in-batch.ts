import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "An event that is in a batch twice is handled once, and both messages are done",
  needs: ["store"],
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({
      table: await t.table(),
      handle: async ({ id }) => {
        handled.push(id);
        await new Promise((resolve) => setTimeout(resolve, 5));
      },
    });
    let batch = await t.deliver([thingOf("a"), thingOf("b"), thingOf("a")]);
    let result = await worker.invoke(batch.records);
    if (result.failed.length > 0) {
      batch = await t.again(batch, result);
      result = await worker.invoke(batch.records);
    }
    same(t.failed(batch, result), [], "came again a third time");
    same([...handled].sort(), ["a", "b"], "handled");
  },
});
