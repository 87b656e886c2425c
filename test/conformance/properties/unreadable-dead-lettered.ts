import { check, property, raw, same, thingOf } from "../harness/index.ts";

export default property({
  name: "A message that no retry can help (not JSON, wrong shape, unknown event or version) is dead-lettered at its first delivery",
  needs: ["deadLetter"],
  async run(t) {
    const dlq = await t.queue();
    const queue = await t.queue();
    const bad = [
      raw("no-json", "{"),
      thingOf("wrong-shape", { data: { n: "text" } }),
      thingOf("unknown-event", { extra: { type: "conformance.Else" } }),
      thingOf("unknown-version", { extra: { dataversion: 9 } }),
    ];
    await t.send(queue, [...bad, thingOf("good")]);
    const handled: string[] = [];
    const worker = t.worker({
      deadLetterQueues: { [queue.arn]: { url: dlq.url } },
      handle: ({ id }) => void handled.push(id),
    });
    const batch = await t.receive(queue, 5);
    same(t.failed(batch, await worker.invoke(batch.records)), [], "redelivered");
    same(handled, ["good"], "handled");
    const deadLetters = await t.messages(dlq);
    const reasons = deadLetters.map(
      (deadLetter) => JSON.parse(deadLetter.MessageAttributes?.fanfareFailure?.StringValue ?? "{}").error,
    );
    same(reasons.sort(), ["BodyMalformed", "SchemaMismatch", "UnknownEvent", "UnknownVersion"], "reasons");
    check(deadLetters.length === bad.length, `${deadLetters.length} messages in the dead-letter queue`);
  },
});
