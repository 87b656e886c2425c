import { check, DEAD_MODES, property, same, things } from "../harness/index.ts";

export default property({
  name: "No call hangs over a dead network to the store: the invocation ends in its time, and its messages are redelivered",
  needs: ["store", "answer"],
  isTimed: true,
  async run(t) {
    const overDeadNetwork = async (mode: (typeof DEAD_MODES)[number]) => {
      const handled: string[] = [];
      const worker = t.worker({ table: await t.table(), handle: ({ id }) => void handled.push(id) });
      await worker.cutNetwork(mode);
      const batch = await t.deliver(things(2, { prefix: mode }));
      const result = await worker.invoke(batch.records, { timeoutMs: 4_000 });
      check(result.kind === "answered", `${mode}: ${result.trouble}`);
      same([...t.failed(batch, result)].sort(), [`${mode}-0`, `${mode}-1`], `redelivered, ${mode}`);
      same(handled, [], `handled without a claim, ${mode}`);
    };
    await Promise.all(DEAD_MODES.map(overDeadNetwork));
  },
});
