import { check, property, same, things } from "../harness/index.ts";

export default property({
  name: "If every record fails, every record is reported and the function does not throw",
  async run(t) {
    const worker = t.worker({
      handle: () => {
        throw new Error("no");
      },
    });
    const batch = await t.deliver(things(3));
    const result = await worker.invoke(batch.records);
    check(result.kind === "answered" && result.trouble === undefined, `${result.trouble}`);
    same(t.failed(batch, result), ["a-0", "a-1", "a-2"], "redelivered");
  },
});
