import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "Unknown fields in record, envelope and payload have no effect",
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({ handle: ({ id }) => void handled.push(id) });
    const batch = await t.deliver([
      thingOf("a", { extra: { comexampleext: "x", nested: { deep: [1] } }, data: { colour: "red" } }),
    ]);
    const records = batch.records.map((record) => ({
      ...record,
      newField: { by: "AWS" },
      attributes: { ...record.attributes, New: "1" },
    }));
    const result = await worker.invoke(records);
    same(t.failed(batch, result), [], "redelivered");
    same(handled, ["a"], "handled");
  },
});
