import { check, forever, property, same, things } from "../harness/index.ts";

export default property({
  name: "A handler that hangs until the end of the invocation does not undo the success of other records",
  isTimed: true,
  async run(t) {
    const worker = t.worker({
      handle: async ({ data }) => {
        if (data.n === 1) {
          await forever;
        }
      },
    });
    const batch = await t.deliver(things(4));
    const result = await worker.invoke(batch.records, { timeoutMs: 2_500 });
    check(result.kind === "answered", `${result.trouble}: all four are redelivered`);
    same(t.failed(batch, result), ["a-1"], "redelivered");
  },
});
