import { check, PREFIX, pointerTo, property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "A pointer to a location that the consumer was not configured for is never followed",
  needs: ["payloads"],
  async run(t) {
    const bucket = await t.bucket();
    const foreign = await t.bucket();
    const event = thingOf("secret");
    await t.object(foreign, `${PREFIX}one`, event.body);
    await t.object(bucket, "private/one", event.body);
    const [dlq, queue] = [await t.queue(), await t.queue()];
    await t.send(queue, [pointerTo(event, foreign, `${PREFIX}one`), pointerTo(event, bucket, "private/one")]);
    const handled: string[] = [];
    const worker = t.worker({
      payloadSources: `${bucket}/${PREFIX}`,
      deadLetterQueues: { [queue.arn]: { url: dlq.url } },
      handle: ({ id }) => void handled.push(id),
    });
    const batch = await t.receive(queue, 2);
    same(t.failed(batch, await worker.invoke(batch.records)), [], "redelivered");
    same(handled, [], "handled");
    check(worker.calls("GetObjectCommand").length === 0, "the object was read");
    same(await t.reasons(dlq), ["PointerNotAllowed", "PointerNotAllowed"], "reasons");
  },
});
