import { check, property, same, things } from "../harness/index.ts";

const THROWN = ["a text", 42, null, undefined, { an: "object" }, Symbol("s"), () => {}];

export default property({
  name: "If a handler throws a value of any type, only its own record fails",
  async run(t) {
    for (const table of [undefined, await t.table()]) {
      const worker = t.worker({
        ...(table === undefined || t.wrapper.lacks.store !== undefined ? {} : { table }),
        handle: ({ data }) => {
          if (data.n > 0) {
            throw THROWN[data.n - 1];
          }
        },
      });
      const batch = await t.deliver(things(THROWN.length + 1));
      const result = await worker.invoke(batch.records);
      check(result.kind === "answered", `the invocation failed: ${result.trouble}`);
      same(
        t.failed(batch, result),
        THROWN.map((_, index) => `a-${index + 1}`),
        "came again",
      );
    }
  },
});
