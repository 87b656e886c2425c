import { expect, test } from "vitest";
import { z } from "zod";
import { FanoutTopic } from "../../../infra/constructs/index.ts";
import { defineContract, event, matching, routingKey } from "../../../lib/contract/index.ts";
import { newStack, properties, templateOf } from "./support.ts";

const orders = defineContract("orders", {
  Changed: event({
    schema: z.object({ key: z.string(), urgent: z.boolean() }),
    attributes: {
      ...routingKey((order: { key: string; urgent: boolean }) => order.key),
      urgent: (order) => order.urgent,
    },
  }),
});

// The other bindings of docs/from-rabbitmq.md have their tests in subscription.test.ts.
test.each([
  ["de.*", { routingKey: [{ wildcard: "de.*" }], routingWords: [2] }],
  ["de.#", { routingKey: ["de", { prefix: "de." }] }],
  ["#", {}],
])("a subscriber of %s filters by key and number of words, beside the event type", (pattern, expected) => {
  const topic = new FanoutTopic(newStack(), "Orders", { contract: orders, alarms: false, dashboard: false });
  topic.fanOut("Bound", { where: matching(pattern) });
  expect(properties(templateOf(topic), "AWS::SNS::Subscription", "OrdersBound").FilterPolicy).toEqual({
    type: ["orders.Changed"],
    ...expected,
  });
});
