import { PREFIX, pointerTo, property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "A payload over the consumer's limit is dead-lettered, regardless of the size that its sender declares",
  needs: ["payloads"],
  async run(t) {
    const bucket = await t.bucket();
    const event = thingOf("large", { data: { filler: "x".repeat(50_000) } });
    await t.object(bucket, `${PREFIX}one`, event.body);
    const [dlq, queue] = [await t.queue(), await t.queue()];
    await t.send(queue, [pointerTo(event, bucket, `${PREFIX}one`), pointerTo(event, bucket, `${PREFIX}one`, 10)]);
    const handled: string[] = [];
    const worker = t.worker({
      payloadSources: `${bucket}/${PREFIX}`,
      maxPayloadBytes: 10_000,
      deadLetterQueues: { [queue.arn]: { url: dlq.url } },
      handle: ({ id }) => void handled.push(id),
    });
    const batch = await t.receive(queue, 2);
    same(t.failed(batch, await worker.invoke(batch.records)), [], "redelivered");
    same(handled, [], "handled");
    same(await t.reasons(dlq), ["PayloadTooLarge", "PayloadTooLarge"], "reasons");
  },
});
