import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "Two subscribers that share a table both get the event",
  needs: ["store"],
  async run(t) {
    const table = await t.table();
    const handled: string[] = [];
    const batch = await t.deliver([thingOf("a")]);
    for (const consumer of ["billing", "mailing"]) {
      await t.worker({ table, consumer, handle: () => void handled.push(consumer) }).invoke(batch.records);
    }
    same(handled, ["billing", "mailing"], "handled by");
  },
});
