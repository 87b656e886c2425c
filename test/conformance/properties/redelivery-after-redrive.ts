import { randomUUID } from "node:crypto";
import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "An event that was handled is not handled again when a redrive delivers it with a new message id",
  needs: ["store"],
  async run(t) {
    const table = await t.table();
    const handled: string[] = [];
    const worker = t.worker({ table, handle: ({ id }) => void handled.push(id) });
    const batch = await t.deliver([thingOf("a")]);
    await worker.invoke(batch.records);
    const moved = batch.records.map((record) => ({ ...record, messageId: randomUUID() }));
    same((await worker.invoke(moved)).failed, [], "redelivered");
    same(handled, ["a"], "handled");
  },
});
