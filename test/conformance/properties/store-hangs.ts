import { check, property, same, things } from "../harness/index.ts";

export default property({
  name: "A store that stops responding does not make the invocation time out, and no message is lost",
  needs: ["store", "answer"],
  isTimed: true,
  async run(t) {
    const table = await t.table();
    for (const phase of ["claim", "complete"] as const) {
      const handled: string[] = [];
      const worker = t.worker({ table, handle: ({ id }) => void handled.push(id) });
      worker.store.inject(phase, { kind: "hang" }, Number.POSITIVE_INFINITY);
      const batch = await t.deliver(things(3, { prefix: phase }));
      const result = await worker.invoke(batch.records, { timeoutMs: 3_000 });
      check(result.kind === "answered", `at the ${phase}: ${result.trouble}`);
      // What was handled is acknowledged, what was not is redelivered.
      same(
        [...handled, ...t.failed(batch, result)].sort(),
        [0, 1, 2].map((n) => `${phase}-${n}`),
        "handled or came again",
      );
    }
  },
});
