import { check, property, thingOf } from "../harness/index.ts";

export default property({
  name: "If eight workers receive the same event at the same moment, one of them handles it",
  needs: ["store"],
  async run(t) {
    const table = await t.table();
    let handled = 0;
    const handle = async () => {
      handled += 1;
      await new Promise((resolve) => setTimeout(resolve, 30));
    };
    const batch = await t.deliver([thingOf("a")]);
    await Promise.all(Array.from({ length: 8 }, () => t.worker({ table, handle }).invoke(batch.records)));
    check(handled === 1, `handled ${handled} times`);
  },
});
