import { check, property, things } from "../harness/index.ts";

export default property({
  name: "Failed messages get a backoff with jitter, at most ten per call",
  needs: ["backoff"],
  async run(t) {
    const worker = t.worker({
      backoff: { baseSeconds: 30, capSeconds: 600 },
      handle: ({ data }) => {
        if (data.n > 0) {
          throw new Error("no");
        }
      },
    });
    const batch = await t.deliver(things(26));
    await worker.invoke(batch.records);
    const calls = worker.calls("ChangeMessageVisibilityBatchCommand").map(({ input }) => entriesOf(input.Entries));
    check(
      calls.length === 3 && calls.every((entries) => entries.length <= 10),
      () => `25 failed messages in calls of ${calls.map((entries) => entries.length).join(", ")}`,
    );
    const seconds = calls.flat();
    check(seconds.length === 25, `${seconds.length} of 25 were set`);
    check(
      seconds.every((value) => value >= 0 && value <= 30),
      () => `first tries wait ${Math.max(...seconds)} s of at most 30`,
    );
    check(new Set(seconds).size > 5, () => `no jitter: ${seconds.join(" ")}`);
  },
});

function entriesOf(entries: unknown): number[] {
  return Array.isArray(entries)
    ? entries.map((entry: { VisibilityTimeout?: number }) => entry.VisibilityTimeout ?? -1)
    : [];
}
