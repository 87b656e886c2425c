import { property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "An event past its expiry time is acknowledged without being handled",
  needs: ["expiry"],
  async run(t) {
    const handled: string[] = [];
    const worker = t.worker({ handle: ({ id }) => void handled.push(id) });
    const at = (offset: number) => ({ extra: { expirytime: new Date(Date.now() + offset).toISOString() } });
    const batch = await t.deliver([thingOf("over", at(-1_000)), thingOf("fresh", at(60_000)), thingOf("endless")]);
    same(t.failed(batch, await worker.invoke(batch.records)), [], "redelivered");
    same([...handled].sort(), ["endless", "fresh"], "handled");
  },
});
