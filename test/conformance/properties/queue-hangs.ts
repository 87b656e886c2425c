import { check, property, same, thingOf, things } from "../harness/index.ts";

export default property({
  name: "If SQS stops responding, at the backoff or at dead-lettering, the invocation does not time out",
  needs: ["backoff", "deadLetter", "answer"],
  isTimed: true,
  async run(t) {
    const [dlq, queue] = [await t.queue(), await t.queue()];
    await t.send(queue, [...things(2), thingOf("fails"), thingOf("permanent")]);
    const worker = t.worker({
      deadLetterQueues: { [queue.arn]: { url: dlq.url } },
      handle: ({ id, permanent }) => {
        if (id === "fails") {
          throw new Error("no");
        }
        if (id === "permanent") {
          permanent("no");
        }
      },
    });
    worker.sqs.inject("any", { kind: "hang" }, Number.POSITIVE_INFINITY);
    const batch = await t.receive(queue, 4);
    const result = await worker.invoke(batch.records, { timeoutMs: 3_000 });
    check(result.kind === "answered", `${result.trouble}`);
    same(t.failed(batch, result), ["fails", "permanent"], "redelivered");
  },
});
