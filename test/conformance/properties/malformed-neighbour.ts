import { property, raw, same, thingOf } from "../harness/index.ts";

export default property({
  name: "A message that cannot be read does not affect the other messages of the batch",
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({ handle: ({ id }) => void handled.push(id) });
    const batch = await t.deliver([
      thingOf("good-0"),
      raw("no-json", "{ this is not JSON"),
      raw("no-envelope", '{"hello":"world"}'),
      thingOf("bad-data", { data: { n: "a text" } }),
      raw("null", "null"),
      thingOf("good-1"),
    ]);
    const result = await worker.invoke(batch.records);
    same([...handled].sort(), ["good-0", "good-1"], "handled");
    same(t.failed(batch, result), ["no-json", "no-envelope", "bad-data", "null"], "redelivered");
  },
});
