import { check, property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "At least once: every delivery is handled, without a call to any store",
  needs: ["guarantee"],
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({
      table: await t.table(),
      guarantee: "at-least-once",
      handle: ({ id }) => void handled.push(id),
    });
    const batch = await t.deliver([thingOf("a"), thingOf("a")]);
    same(t.failed(batch, await worker.invoke(batch.records)), [], "redelivered");
    same(handled, ["a", "a"], "handled");
    check(worker.clients.calls.length === 0, "the store was called");
  },
});
