import { test } from "vitest";
import { BILLING, newTopic, templateOf } from "./support.ts";

test("smoke", () => {
  const topic = newTopic({ fifo: true, largePayloads: true, alarms: {}, dashboard: true });
  topic.fanOut("Billing", {
    events: ["OrderPlaced"],
    where: { region: ["eu"], total: [{ numeric: [">=", 100] }] },
    handler: BILLING,
  });
  console.log(JSON.stringify(templateOf(topic).toJSON(), null, 1));
});
