import { check, PREFIX, pointerTo, property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "A message whose payload does not arrive in time is redelivered; the other messages are handled and the invocation ends in time",
  needs: ["payloads"],
  isTimed: true,
  async run(t) {
    const bucket = await t.bucket();
    const event = thingOf("slow");
    await t.object(bucket, `${PREFIX}one`, event.body);
    const handled: string[] = [];
    const worker = t.worker({ payloadSources: `${bucket}/${PREFIX}`, handle: ({ id }) => void handled.push(id) });
    worker.stallS3();
    const batch = await t.deliver([pointerTo(event, bucket, `${PREFIX}one`), thingOf("small")]);
    const result = await worker.invoke(batch.records, { timeoutMs: 3_000 });
    check(result.kind === "answered", `${result.trouble}`);
    same(handled, ["small"], "handled");
    same(t.failed(batch, result), ["slow"], "came again");
  },
});
