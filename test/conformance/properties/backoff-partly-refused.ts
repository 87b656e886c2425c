import { DeleteMessageCommand } from "@aws-sdk/client-sqs";
import { check, property, same, things } from "../harness/index.ts";

export default property({
  name: "A backoff that SQS refuses for one message is still set for the others, and the result is right",
  needs: ["backoff"],
  async run(t) {
    const worker = t.worker({
      backoff: { baseSeconds: 100, capSeconds: 100 },
      handle: () => {
        throw new Error("no");
      },
    });
    // The queue's own timeout is short: what is still invisible after it has been given the backoff.
    const batch = await t.deliver(things(3), { attributes: { VisibilityTimeout: "1" } });
    const [gone] = batch.records;
    await t.sqs.send(new DeleteMessageCommand({ QueueUrl: batch.queue.url, ReceiptHandle: gone?.receiptHandle }));
    const records = batch.records.map((record, index) =>
      index === 0 ? { ...record, receiptHandle: "stale" } : record,
    );
    const result = await worker.invoke(records);
    check(result.kind === "answered", `${result.trouble}`);
    same(t.failed(batch, result), ["a-0", "a-1", "a-2"], "redelivered");
    check(
      worker.reported.some((text) => text.includes("backoff not set")),
      "the refusal was not reported",
    );
    check(worker.calls("ChangeMessageVisibilityBatchCommand").length === 1, "not one call");
  },
});
