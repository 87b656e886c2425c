import { check, DEAD_MODES, PREFIX, pointerTo, property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "No call hangs over a dead network to S3 and SQS: the invocation ends in its time, and only what could not be fetched is redelivered",
  needs: ["payloads", "backoff", "answer"],
  isTimed: true,
  async run(t) {
    const bucket = await t.bucket();
    const overDeadNetwork = async (mode: (typeof DEAD_MODES)[number]) => {
      const offloaded = thingOf(`${mode}-offloaded`);
      await t.object(bucket, `${PREFIX}${mode}`, offloaded.body);
      const handled: string[] = [];
      const worker = t.worker({
        payloadSources: `${bucket}/${PREFIX}`,
        handle: ({ id }) => void handled.push(id),
      });
      await worker.cutNetwork(mode);
      const batch = await t.deliver([pointerTo(offloaded, bucket, `${PREFIX}${mode}`), thingOf(`${mode}-small`)]);
      const result = await worker.invoke(batch.records, { timeoutMs: 4_000 });
      check(result.kind === "answered", `${mode}: ${result.trouble}`);
      same(t.failed(batch, result), [`${mode}-offloaded`], `redelivered, ${mode}`);
      same(handled, [`${mode}-small`], `handled, ${mode}`);
    };
    await Promise.all(DEAD_MODES.map(overDeadNetwork));
  },
});
