import { PREFIX, pointerTo, property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "An event whose body is in S3 is handled like any other, and its object is left for the other subscribers",
  needs: ["payloads"],
  async run(t) {
    const bucket = await t.bucket();
    const event = thingOf("large", { data: { filler: "x".repeat(300_000) } });
    await t.object(bucket, `${PREFIX}one`, event.body);
    for (const subscriber of ["billing", "mailing"]) {
      const handled: string[] = [];
      const worker = t.worker({
        consumer: subscriber,
        payloadSources: `${bucket}/${PREFIX}`,
        handle: ({ id }) => void handled.push(id),
      });
      const batch = await t.deliver([pointerTo(event, bucket, `${PREFIX}one`), thingOf("small")]);
      same(t.failed(batch, await worker.invoke(batch.records)), [], "redelivered");
      same([...handled].sort(), ["large", "small"], `handled by ${subscriber}`);
    }
  },
});
