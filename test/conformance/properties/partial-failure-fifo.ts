import { property, same, things } from "../harness/index.ts";

export default property({
  name: "After a failure on FIFO, the rest of the group is redelivered unhandled and in order",
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({
      fifo: true,
      handle: ({ id, data }) => {
        handled.push(id);
        if (data.n === 2) {
          throw new Error("no");
        }
      },
    });
    const batch = await t.deliver(things(5), { fifo: true });
    const result = await worker.invoke(batch.records);
    same(handled, ["a-0", "a-1", "a-2"], "handled");
    same(t.failed(batch, result), ["a-2", "a-3", "a-4"], "redelivered");
  },
});
