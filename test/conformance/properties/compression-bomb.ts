import { gzipSync } from "node:zlib";
import { check, property, raw, same, thingOf } from "../harness/index.ts";

export default property({
  name: "A small compressed body that inflates beyond the limit is dead-lettered without being inflated",
  needs: ["compression"],
  async run(t) {
    const [dlq, queue] = [await t.queue(), await t.queue()];
    const encoded = { contentEncoding: { DataType: "String", StringValue: "gzip" } };
    const zip = (text: string) => gzipSync(text).toString("base64");
    const good = thingOf("good");
    await t.send(queue, [
      raw("bomb", zip(" ".repeat(150_000_000)), "g", encoded),
      raw("no-gzip", "AAAA", "g", encoded),
      raw("good", zip(good.body), "g", { ...good.attributes, ...encoded }),
    ]);
    const handled: string[] = [];
    const worker = t.worker({
      maxPayloadBytes: 1_000_000,
      deadLetterQueues: { [queue.arn]: { url: dlq.url } },
      handle: ({ id }) => void handled.push(id),
    });
    const batch = await t.receive(queue, 3);
    const before = process.memoryUsage().arrayBuffers + process.memoryUsage().external;
    same(t.failed(batch, await worker.invoke(batch.records)), [], "redelivered");
    const grown = process.memoryUsage().arrayBuffers + process.memoryUsage().external - before;
    same(handled, ["good"], "handled");
    same(await t.reasons(dlq), ["PayloadCorrupted", "PayloadTooLarge"], "reasons");
    check(grown < 50_000_000, () => `memory grew by ${Math.round(grown / 1e6)} MB`);
  },
});
