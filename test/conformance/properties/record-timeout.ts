import { check, property, same, things } from "../harness/index.ts";

export default property({
  name: "A record that exceeds its own timeout is aborted through its signal, and only this record is redelivered",
  needs: ["recordTimeout"],
  isTimed: true,
  async run(t) {
    const aborted: string[] = [];
    const worker = t.worker({
      recordTimeoutMs: 60,
      handle: async ({ id, data, signal }) => {
        if (data.n !== 1) {
          return;
        }
        await new Promise((_, reject) => {
          signal?.addEventListener("abort", () => {
            aborted.push(id);
            reject(signal.reason);
          });
        });
      },
    });
    const batch = await t.deliver(things(3));
    const result = await worker.invoke(batch.records, { timeoutMs: 10_000 });
    check(result.kind === "answered", `${result.trouble}`);
    same(aborted, ["a-1"], "aborted");
    same(t.failed(batch, result), ["a-1"], "came again");
  },
});
