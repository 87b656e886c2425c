import { check, property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "A permanent error is dead-lettered at once, with the original body and attributes and the reason",
  needs: ["deadLetter"],
  async run(t) {
    const dlq = await t.queue();
    const queue = await t.queue();
    const message = thingOf("a", {
      attributes: {
        region: { DataType: "String", StringValue: "eu" },
        blob: { DataType: "Binary", BinaryValue: new Uint8Array([0, 1, 255]) },
      },
    });
    await t.send(queue, [message, thingOf("b")]);
    const worker = t.worker({
      deadLetterQueues: { [queue.arn]: { url: dlq.url } },
      handle: ({ id, permanent }) => {
        if (id === "a") {
          permanent("no such customer");
        }
      },
    });
    const batch = await t.receive(queue, 2);
    same(t.failed(batch, await worker.invoke(batch.records)), [], "redelivered");
    const [deadLetter] = await t.messages(dlq);
    check(deadLetter?.Body === message.body, "the body is not the original one");
    const attributes = deadLetter.MessageAttributes ?? {};
    check(attributes.region?.StringValue === "eu", "a text attribute was lost");
    check(
      Buffer.from(attributes.blob?.BinaryValue ?? []).equals(Buffer.from([0, 1, 255])),
      "a binary attribute was lost",
    );
    check(JSON.stringify(attributes.fanfareFailure ?? "").includes("no such customer"), "the reason is not there");
  },
});
