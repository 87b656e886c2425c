import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "If the response to dead-lettering gets lost, the message is in the dead-letter queue at least once",
  needs: ["deadLetter"],
  async run(t) {
    const dlq = await t.queue();
    const queue = await t.queue();
    await t.send(queue, [thingOf("a")]);
    const worker = t.worker({
      deadLetterQueues: { [queue.arn]: { url: dlq.url } },
      handle: ({ permanent }) => permanent("no"),
    });
    worker.sqs.inject("any", { kind: "loseAnswer" });
    const batch = await t.receive(queue, 1);
    same(t.failed(batch, await worker.invoke(batch.records)), [], "redelivered");
    const deadLetters = await t.messages(dlq);
    same([deadLetters.length >= 1], [true], "in the dead-letter queue");
  },
});
