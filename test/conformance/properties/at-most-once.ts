import { forever, property, same, thingOf, until } from "../harness/index.ts";

export default property({
  name: "At most once: no event is handled again after a failure or a crash",
  needs: ["guarantee"],
  async run(t) {
    const table = await t.table();
    const dlq = await t.queue();
    const queue = await t.queue();
    await t.send(queue, [thingOf("fails"), thingOf("crashes")]);
    const started: string[] = [];
    const spec = {
      table,
      guarantee: "at-most-once",
      deadLetterQueues: { [queue.arn]: { url: dlq.url } },
      handle: async ({ id }: { id: string }) => {
        started.push(id);
        if (id === "fails") {
          throw new Error("no");
        }
        await forever;
      },
    } as const;
    const worker = t.worker(spec);
    const batch = await t.receive(queue, 2);
    const running = worker.invoke(batch.records, { timeoutMs: 5_000 });
    await until("both are started", () => started.length === 2);
    await until("the failed one is dead-lettered", () => worker.calls("SendMessageBatchCommand").length === 1);
    worker.kill();
    const second = await t.again(batch, await running);
    same(t.failed(second, await t.worker(spec).invoke(second.records, { aheadMs: 60_000 })), [], "redelivered");
    same([...started].sort(), ["crashes", "fails"], "started");
  },
});
