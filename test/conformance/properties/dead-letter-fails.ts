import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "A message that the dead-letter queue does not accept is not acknowledged",
  needs: ["deadLetter"],
  async run(t) {
    const dlq = await t.queue();
    const queue = await t.queue();
    await t.send(queue, [thingOf("a"), thingOf("b")]);
    const worker = t.worker({
      deadLetterQueues: { [queue.arn]: { url: dlq.url } },
      handle: ({ id, permanent }) => {
        if (id === "a") {
          permanent("no");
        }
      },
    });
    worker.sqs.inject("any", { kind: "fail" }, Number.POSITIVE_INFINITY);
    const batch = await t.receive(queue, 2);
    const result = await worker.invoke(batch.records);
    same(t.failed(batch, result), ["a"], "redelivered");
    worker.sqs.clear();
    const second = await t.again(batch, result);
    same(t.failed(second, await worker.invoke(second.records)), [], "redelivered when the queue was back");
    same([(await t.messages(dlq)).length], [1], "in the dead-letter queue");
  },
});
