import { check, property, same, things } from "../harness/index.ts";

export default property({
  name: "No more handlers run at once than configured, and no fewer if there is work",
  needs: ["concurrency"],
  async run(t) {
    let running = 0;
    let most = 0;
    const worker = t.worker({
      concurrency: 4,
      handle: async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
      },
    });
    const batch = await t.deliver(things(30));
    same(t.failed(batch, await worker.invoke(batch.records)), [], "redelivered");
    check(most === 4, `${most} handlers ran at once, 4 were asked for`);
  },
});
