import { check, property, things } from "../harness/index.ts";

export default property({
  name: "The backoff doubles with each receive, up to its cap",
  needs: ["backoff"],
  async run(t) {
    const fails = () => {
      throw new Error("no");
    };
    const worker = t.worker({ backoff: { baseSeconds: 1_000, capSeconds: 3_000 }, handle: fails });
    const batch = await t.deliver(things(20));
    const longest: number[] = [];
    for (const attempt of [1, 2, 6]) {
      const records = batch.records.map((record) => ({
        ...record,
        attributes: { ...record.attributes, ApproximateReceiveCount: String(attempt) },
      }));
      const before = worker.calls("ChangeMessageVisibilityBatchCommand").length;
      await worker.invoke(records);
      const calls = worker.calls("ChangeMessageVisibilityBatchCommand").slice(before);
      longest.push(Math.max(...calls.flatMap(({ input }) => secondsOf(input.Entries))));
    }
    const [first = 0, second = 0, sixth = 0] = longest;
    // Full jitter: of twenty draws, the longest is in the upper half for all but one run in a million.
    check(first > 500 && first <= 1_000, `the longest of twenty first backoffs is ${first} s of 1,000`);
    check(second > 1_000 && second <= 2_000, `the longest of twenty second backoffs is ${second} s of 2,000`);
    check(sixth > 1_500 && sixth <= 3_000, `the longest of twenty sixth backoffs is ${sixth} s of 3,000`);
  },
});

function secondsOf(entries: unknown): number[] {
  return Array.isArray(entries)
    ? entries.map((entry: { VisibilityTimeout?: number }) => entry.VisibilityTimeout ?? -1)
    : [];
}
