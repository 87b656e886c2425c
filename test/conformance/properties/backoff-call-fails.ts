import { check, property, same, things } from "../harness/index.ts";

export default property({
  name: "If the backoff cannot be set at all, nothing else is lost",
  needs: ["backoff"],
  async run(t) {
    const worker = t.worker({
      handle: ({ data }) => {
        if (data.n === 1) {
          throw new Error("no");
        }
      },
    });
    worker.sqs.inject("any", { kind: "fail" }, Number.POSITIVE_INFINITY);
    const batch = await t.deliver(things(3));
    const result = await worker.invoke(batch.records);
    check(result.kind === "answered", `${result.trouble}`);
    same(t.failed(batch, result), ["a-1"], "redelivered");
  },
});
