import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { addOne, check, property, same, thingOf } from "../harness/index.ts";

export default property({
  name: "A commit whose condition fails writes nothing, and the event can be claimed at its next delivery",
  needs: ["commit"],
  async run(t) {
    const effects = await t.table();
    const worker = t.worker({
      table: await t.table(),
      handle: async ({ commit }) => {
        const Key = { id: { S: "door" } };
        const door = { ConditionCheck: { TableName: effects, Key, ConditionExpression: "attribute_exists(id)" } };
        await commit([addOne(effects, "a"), door]);
      },
    });
    const batch = await t.deliver([thingOf("a")]);
    const result = await worker.invoke(batch.records);
    same(t.failed(batch, result), ["a"], "redelivered");
    check((await t.counter(effects, "a")) === 0, "the effect was written although the condition failed");
    await t.dynamodb.send(new PutItemCommand({ TableName: effects, Item: { id: { S: "door" } } }));
    const second = await t.again(batch, result);
    same(t.failed(second, await worker.invoke(second.records)), [], "redelivered with the condition met");
    check((await t.counter(effects, "a")) === 1, "the effect was not written once");
  },
});
