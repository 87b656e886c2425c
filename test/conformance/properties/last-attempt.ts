import { check, property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "The last attempt that the redrive policy allows is dead-lettered with its reason, not silently by SQS",
  needs: ["deadLetter"],
  async run(t) {
    const dlq = await t.queue();
    const policy = JSON.stringify({ deadLetterTargetArn: dlq.arn, maxReceiveCount: 2 });
    const queue = await t.queue({ attributes: { RedrivePolicy: policy } });
    await t.send(queue, [thingOf("a")]);
    const worker = t.worker({
      deadLetterQueues: { [queue.arn]: { url: dlq.url, maxReceiveCount: 2 } },
      handle: () => {
        throw new TypeError("the handler's error");
      },
    });
    const first = await t.receive(queue, 1);
    const result = await worker.invoke(first.records);
    same(t.failed(first, result), ["a"], "redelivered after the first attempt");
    const second = await t.again(first, result);
    same(t.failed(second, await worker.invoke(second.records)), [], "redelivered after the last attempt");
    const [deadLetter] = await t.messages(dlq);
    const reason = JSON.parse(deadLetter?.MessageAttributes?.fanfareFailure?.StringValue ?? "{}");
    same([reason.error, reason.message, reason.attempt], ["TypeError", "the handler's error", 2], "reason");
    check(reason.source === queue.arn, "the reason does not name the source queue");
  },
});
