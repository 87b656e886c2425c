import { property, same, things } from "../harness/index.ts";

export default property({
  name: "Of a standard batch, exactly the failed records are redelivered",
  async run(t) {
    const worker = t.worker({
      handle: async ({ data }) => {
        // The last one fails first.
        await new Promise((resolve) => setTimeout(resolve, 12 - data.n));
        if (data.n % 3 === 0) {
          throw new Error("no");
        }
      },
    });
    const batch = await t.deliver(things(10));
    same(t.failed(batch, await worker.invoke(batch.records)).sort(), ["a-0", "a-3", "a-6", "a-9"], "redelivered");
  },
});
