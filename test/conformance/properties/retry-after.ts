import { check, property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "A handler that asks for a retry after some seconds gets it after that time",
  needs: ["backoff"],
  async run(t) {
    const worker = t.worker({ handle: ({ retryIn }) => retryIn(777) });
    const batch = await t.deliver([thingOf("a")]);
    same(t.failed(batch, await worker.invoke(batch.records)), ["a"], "redelivered");
    const [call] = worker.calls("ChangeMessageVisibilityBatchCommand");
    check(
      JSON.stringify(call?.input.Entries).includes('"VisibilityTimeout":777'),
      "the visibility was not set to 777 s",
    );
  },
});
