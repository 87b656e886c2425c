import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "A failure in one FIFO group does not stop the others",
  needs: ["groups"],
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({
      fifo: true,
      handle: ({ id }) => {
        handled.push(id);
        if (id === "x0") {
          throw new Error("no");
        }
      },
    });
    const messages = ["x", "y", "z"].flatMap((group) => [0, 1, 2].map((n) => thingOf(`${group}${n}`, { n, group })));
    const batch = await t.deliver(messages, { fifo: true });
    const result = await worker.invoke(batch.records);
    same(t.failed(batch, result), ["x0", "x1", "x2"], "redelivered");
    same([...handled].sort(), ["x0", "y0", "y1", "y2", "z0", "z1", "z2"], "handled");
  },
});
