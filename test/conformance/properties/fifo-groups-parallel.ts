import { check, property, thingOf } from "../harness/index.ts";

export default property({
  name: "Different FIFO groups are handled in parallel",
  needs: ["groups"],
  async run(t) {
    let running = 0;
    let most = 0;
    const worker = t.worker({
      fifo: true,
      handle: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 20));
        running -= 1;
      },
    });
    const groups = ["p", "q", "r", "s", "t"];
    const batch = await t.deliver(
      groups.flatMap((group) => [0, 1].map((n) => thingOf(`${group}${n}`, { n, group }))),
      { fifo: true },
    );
    await worker.invoke(batch.records);
    check(most === groups.length, () => `${most} of ${groups.length} groups ran at the same time`);
  },
});
