import { describe, expect, it } from "vitest";
import type { SUBSCRIBERS_OF } from "../../../../infra/demo/stage/subscribers.ts";
import { eventsOf, outcomeOf } from "../../../../infra/demo/workload/order-routes.ts";
import { makeOrders } from "../../../../infra/demo/workload/orders.ts";
import { largePush, realWebhooks, webhookOutcome } from "../../../../infra/demo/workload/webhooks.ts";
import { orders } from "../../../../lambdas/orders/contract.ts";
import { familyOf, webhooks } from "../../../../lambdas/webhooks/contract.ts";

describe("the orders of the demo", () => {
  const made = makeOrders({ ordinary: 100, flaky: 2, bounced: 1, implausible: 1 });
  const events = made.flatMap(eventsOf);

  it("have the form of the contract, and ids of their own", () => {
    for (const { name, data } of events) {
      expect(orders.events[name].definition.schema.safeParse(data).success).toBe(true);
    }
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });

  it("are the same each time", () => {
    expect(makeOrders({ ordinary: 100, flaky: 2, bounced: 1, implausible: 1 })).toEqual(made);
  });

  it("give each subscriber something to do, and each filter something to keep away", () => {
    const outcomes = (name: (typeof SUBSCRIBERS_OF.orders)[number]) =>
      new Set(events.map((event) => outcomeOf(name, event).kind));
    expect(outcomes("billing")).toEqual(new Set(["processed"]));
    expect(outcomes("inventory")).toEqual(new Set(["processed", "filtered"]));
    expect(outcomes("notification")).toEqual(new Set(["processed", "filtered", "deadLettered"]));
    expect(outcomes("analytics")).toEqual(new Set(["processed", "deadLettered"]));
  });
});

describe("the webhooks of the demo", () => {
  const real = realWebhooks();

  it("are the 329 real payloads, all of the contract's form", () => {
    expect(real).toHaveLength(329);
    expect(new Set(real.map(({ id }) => id)).size).toBe(329);
    for (const { event, payload } of real) {
      const { schema } = webhooks.events[familyOf(event)].definition;
      expect(schema.safeParse({ event, payload }).success).toBe(true);
    }
  });

  it("are wanted by some and kept from others", () => {
    const wanted = (name: (typeof SUBSCRIBERS_OF.webhooks)[number]) =>
      real.filter((webhook) => webhookOutcome(name, webhook).kind === "processed").length;
    expect([wanted("archive"), wanted("triage"), wanted("deploy")]).toEqual([329, 63, 2]);
  });

  it.each([300_000, 1_040_000])("include a push of about %i bytes", (bytes) => {
    const { payload } = largePush("large", bytes);
    const actual = JSON.stringify(payload).length;
    expect(actual).toBeGreaterThan(bytes);
    expect(actual).toBeLessThan(bytes + 20_000);
  });
});
