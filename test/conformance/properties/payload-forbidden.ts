import { PREFIX, pointerTo, property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "A payload that S3 does not allow to be read is retried: permissions can be corrected",
  needs: ["payloads"],
  async run(t) {
    const bucket = await t.bucket();
    const event = thingOf("large");
    await t.object(bucket, `${PREFIX}one`, event.body);
    const handled: string[] = [];
    const worker = t.worker({ payloadSources: `${bucket}/${PREFIX}`, handle: ({ id }) => void handled.push(id) });
    worker.s3.inject("any", { kind: "refuse", name: "AccessDenied", status: 403 });
    const batch = await t.deliver([pointerTo(event, bucket, `${PREFIX}one`), thingOf("small")]);
    const result = await worker.invoke(batch.records);
    same(t.failed(batch, result), ["large"], "redelivered");
    const second = await t.again(batch, result);
    same(t.failed(second, await worker.invoke(second.records)), [], "redelivered when it was allowed");
    same([...handled].sort(), ["large", "small"], "handled");
  },
});
