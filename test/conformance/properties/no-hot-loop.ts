import { check, property, raw, same } from "../harness/index.ts";

export default property({
  name: "Without a dead-letter queue, a message that cannot be read is backed off like any failure: no hot loop",
  needs: ["backoff"],
  async run(t) {
    const worker = t.worker({ backoff: { baseSeconds: 1_000, capSeconds: 40_000 }, handle: () => {} });
    const batch = await t.deliver(Array.from({ length: 10 }, (_, n) => raw(`bad-${n}`, "{")));
    const result = await worker.invoke(batch.records);
    same([result.failed.length], [10], "redelivered");
    const entries = worker.calls("ChangeMessageVisibilityBatchCommand").flatMap(({ input }) => input.Entries ?? []);
    const seconds = JSON.stringify(entries).match(/(?<="VisibilityTimeout":)\d+/g) ?? [];
    check(
      seconds.some((value) => Number(value) > 100),
      () => `ten unreadable messages are redelivered in ${seconds.join(" ")} s`,
    );
  },
});
