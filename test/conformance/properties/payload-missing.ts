import { PREFIX, pointerTo, property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "An event whose object in S3 is missing is dead-lettered with that reason; the other events are handled",
  needs: ["payloads"],
  async run(t) {
    const bucket = await t.bucket();
    const [dlq, queue] = [await t.queue(), await t.queue()];
    await t.send(queue, [pointerTo(thingOf("gone"), bucket, `${PREFIX}gone`), thingOf("small")]);
    const handled: string[] = [];
    const worker = t.worker({
      payloadSources: `${bucket}/${PREFIX}`,
      deadLetterQueues: { [queue.arn]: { url: dlq.url } },
      handle: ({ id }) => void handled.push(id),
    });
    const batch = await t.receive(queue, 2);
    same(t.failed(batch, await worker.invoke(batch.records)), [], "redelivered");
    same(handled, ["small"], "handled");
    same(await t.reasons(dlq), ["PayloadNotFound"], "reasons");
  },
});
