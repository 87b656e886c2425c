import { PREFIX, pointerTo, property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "A payload that differs from what was written (not JSON, not UTF-8, itself a pointer) is dead-lettered",
  needs: ["payloads"],
  async run(t) {
    const bucket = await t.bucket();
    const event = thingOf("e");
    await t.object(bucket, `${PREFIX}cut`, event.body.slice(0, -5));
    await t.object(bucket, `${PREFIX}bytes`, new Uint8Array([0xff, 0xfe, 0x00]));
    await t.object(bucket, `${PREFIX}loop`, pointerTo(event, bucket, `${PREFIX}loop`).body);
    const [dlq, queue] = [await t.queue(), await t.queue()];
    await t.send(queue, [
      ...["cut", "bytes", "loop"].map((key) => pointerTo(event, bucket, PREFIX + key)),
      thingOf("good"),
    ]);
    const handled: string[] = [];
    const worker = t.worker({
      payloadSources: `${bucket}/${PREFIX}`,
      deadLetterQueues: { [queue.arn]: { url: dlq.url } },
      handle: ({ id }) => void handled.push(id),
    });
    const batch = await t.receive(queue, 4);
    same(t.failed(batch, await worker.invoke(batch.records)), [], "redelivered");
    same(handled, ["good"], "handled");
    same(await t.reasons(dlq), ["BodyMalformed", "BodyMalformed", "PayloadCorrupted"], "reasons");
  },
});
