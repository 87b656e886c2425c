import { check, property, same, things } from "../harness/index.ts";

export default property({
  name: "Records for which too little time is left are redelivered without being started, and no handler is cut off",
  isTimed: true,
  async run(t) {
    const started: string[] = [];
    const ended: string[] = [];
    const worker = t.worker({
      fifo: true,
      handle: async ({ id }) => {
        started.push(id);
        await new Promise((resolve) => setTimeout(resolve, 95));
        ended.push(id);
      },
    });
    const batch = await t.deliver(things(10), { fifo: true });
    const result = await worker.invoke(batch.records, { timeoutMs: 900 });
    check(result.kind === "answered", () => `${result.trouble}, after ${ended.length} of 10 were done`);
    check(ended.length > 0 && ended.length < 10, `${ended.length} of 10 were done`);
    same(started, ended, "started");
    same(
      [...ended, ...t.failed(batch, result)],
      [...batch.records].map((r) => batch.names.get(r.messageId)),
      "done or handed back",
    );
  },
});
