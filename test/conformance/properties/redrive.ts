import { StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import { check, property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "A message that is redriven from the dead-letter queue is handled, once, and carries no old reason when it fails again",
  needs: ["deadLetter", "store"],
  async run(t) {
    const dlq = await t.queue();
    const policy = JSON.stringify({ deadLetterTargetArn: dlq.arn, maxReceiveCount: 5 });
    const queue = await t.queue({ attributes: { RedrivePolicy: policy } });
    await t.send(queue, [thingOf("cured"), thingOf("incurable")]);
    const table = await t.table();
    const handled: string[] = [];
    let broken = true;
    const worker = t.worker({
      table,
      deadLetterQueues: { [queue.arn]: { url: dlq.url } },
      handle: ({ id, permanent }) => {
        if (broken) {
          permanent("first reason");
        }
        if (id === "incurable") {
          permanent("second reason");
        }
        handled.push(id);
      },
    });
    const first = await t.receive(queue, 2);
    await t.settle(first, await worker.invoke(first.records));
    broken = false;
    await t.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: dlq.arn, DestinationArn: queue.arn }));
    const second = await t.receive(queue, 2);
    const result = await worker.invoke(second.records);
    same(result.failed, [], "redelivered");
    await worker.invoke(second.records);
    same(handled, ["cured"], "handled");
    const [deadLetter] = await t.messages(dlq);
    const reason = deadLetter?.MessageAttributes?.fanfareFailure?.StringValue ?? "";
    check(reason.includes("second reason") && !reason.includes("first"), () => `the reason is ${reason}`);
  },
});
