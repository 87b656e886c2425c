import { describe, expect, it } from "vitest";
import { orders } from "../../../lambdas/orders/contract.ts";
import { familyOf, webhooks } from "../../../lambdas/webhooks/contract.ts";

describe("the contract of the orders", () => {
  it("upcasts what was sold when there was only one region", () => {
    const { upcast, schema, version } = orders.events.OrderPlaced.definition;
    const older = {
      orderId: "o-1",
      customerId: "c-1",
      email: "a@mail.example",
      total: 5,
      lines: [{ sku: "mug", quantity: 1 }],
    };
    expect(version).toBe(2);
    expect(schema.safeParse(older).success).toBe(false);
    expect(schema.parse(upcast[1]?.(older))).toEqual({ ...older, region: "eu" });
  });

  it("keeps the events of one order together", () => {
    const { OrderPaid, OrderCancelled } = orders.events;
    expect(OrderPaid.definition.groupOf({ orderId: "o-1", paymentId: "p", amount: 1 })).toBe("o-1");
    expect(OrderCancelled.definition.groupOf({ orderId: "o-1", reason: "", refund: 0, lines: [] })).toBe("o-1");
  });
});

describe("the contract of the webhooks", () => {
  it.each([
    ["issues", "IssueChanged"],
    ["issue_comment", "IssueChanged"],
    ["pull_request", "PullRequestChanged"],
    ["pull_request_review_thread", "PullRequestChanged"],
    ["push", "Pushed"],
    ["watch", "OtherActivity"],
  ])("puts %s into %s", (name, family) => {
    expect(familyOf(name)).toBe(family);
  });

  it("does not rebuild payloads, or their bytes would change", () => {
    const payload = { zebra: 1, sender: { login: "octocat", id: 1 }, action: "opened", nested: { b: 1, a: [null] } };
    const { schema } = webhooks.events.OtherActivity.definition;
    const parsed = schema.parse({ event: "issues", payload });
    expect(JSON.stringify(parsed.payload)).toBe(JSON.stringify(payload));
  });

  it.each([
    ["a payload that is no object", { event: "push", payload: "text" }],
    ["an action that is no text", { event: "push", payload: { action: 1 } }],
    ["no name of the event", { event: "", payload: {} }],
  ])("refuses %s", (_what, data) => {
    expect(webhooks.events.Pushed.definition.schema.safeParse(data).success).toBe(false);
  });

  it("leaves attributes out that a payload does not have", () => {
    const { definition } = webhooks.events.Pushed;
    const attributes = definition.attributesOf({ event: "push", payload: { ref: "refs/heads/main" } });
    expect(JSON.parse(JSON.stringify(attributes))).toEqual({ ref: "refs/heads/main" });
    expect(definition.groupOf({ event: "push", payload: {} })).toBe("github");
  });
});
