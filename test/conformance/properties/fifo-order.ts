import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "Records of one FIFO group are handled one after another, in order",
  async run(t) {
    const log: string[] = [];
    const worker = t.worker({
      fifo: true,
      handle: async ({ id, data }) => {
        log.push(`+${id}`);
        await new Promise((resolve) => setTimeout(resolve, (4 - data.n) * 3));
        log.push(`-${id}`);
      },
    });
    const messages = [0, 1, 2, 3].flatMap((n) => ["x", "y"].map((group) => thingOf(`${group}${n}`, { n, group })));
    const batch = await t.deliver(messages, { fifo: true });
    await worker.invoke(batch.records);
    for (const group of ["x", "y"]) {
      const expected = [0, 1, 2, 3].flatMap((n) => [`+${group}${n}`, `-${group}${n}`]);
      same(
        log.filter((entry) => entry[1] === group),
        expected,
        "started and ended",
      );
    }
  },
});
