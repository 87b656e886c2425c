import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "An event that was handled is not handled again when its message is redelivered",
  needs: ["store"],
  async run(t) {
    const handled: string[] = [];
    const table = await t.table();
    const spec = { table, handle: ({ id }: { id: string }) => void handled.push(id) };
    const batch = await t.deliver([thingOf("a")]);
    await t.worker(spec).invoke(batch.records);
    // Lambda could not delete it: it is redelivered, with a new receipt handle.
    const second = await t.again(batch, {
      kind: "killed",
      failed: batch.records.map((r) => r.messageId),
      trouble: "",
      milliseconds: 0,
    });
    same(t.failed(second, await t.worker(spec).invoke(second.records)), [], "redelivered");
    same(handled, ["a"], "handled");
  },
});
