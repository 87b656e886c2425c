import { check, property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "If a claim cannot be released after a failure, the handler's own error is still reported",
  needs: ["store"],
  async run(t) {
    const worker = t.worker({
      table: await t.table(),
      handle: () => {
        throw new TypeError("the handler's own error");
      },
    });
    worker.store.inject("release", { kind: "fail" }, Number.POSITIVE_INFINITY);
    const batch = await t.deliver([thingOf("a"), thingOf("b")]);
    same(t.failed(batch, await worker.invoke(batch.records)), ["a", "b"], "redelivered");
    const reported = worker.reported.join("\n");
    check(reported.includes("the handler's own error"), () => `reported: ${worker.reported[0] ?? "nothing"}`);
  },
});
