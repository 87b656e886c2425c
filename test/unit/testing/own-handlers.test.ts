import { describe, expect, test } from "vitest";
import { z } from "zod";
import { defineContract, event, type Handlers } from "../../../lib/index.ts";
import {
  expectNoViolations,
  FAULT_KINDS,
  type HandlerWorld,
  type Scenario,
  SimulationFailed,
  simulate,
} from "../../../lib/testing/index.ts";

const orders = defineContract("orders", {
  OrderPlaced: event({ schema: z.object({ orderId: z.string() }), group: (order) => order.orderId }),
});

/** The scenario that docs/testing.md shows. */
const scenario = (
  handlers: (world: HandlerWorld) => Handlers<typeof orders>,
  more: Partial<Scenario<typeof orders>> = {},
): Scenario<typeof orders> => ({
  contract: orders,
  fifo: true,
  subscribers: [{ name: "billing", handlers }],
  workload: async ({ publish, pause }) => {
    for (let n = 1; n <= 10; n++) {
      await publish("OrderPlaced", { orderId: `o${n % 3}` }, { id: `e${n}` }).catch(() => undefined);
      await pause(200);
    }
  },
  ...more,
});

describe("handlers of a user's own", () => {
  test("that work keep the rules", async () => {
    const handlers = (world: HandlerWorld) => ({ OrderPlaced: async () => await world.work(50) });
    const report = await simulate({ scenario: scenario(handlers), runs: 30 });
    expectNoViolations(report);
    expect(report.events).toBe(300);
    expect(report.outcomes.processed).toBeGreaterThan(250);
  });

  test("that always fail end in the dead-letter queue, without faults all of them by the consumer", async () => {
    const handlers = () => ({
      OrderPlaced: () => {
        throw new Error("never");
      },
    });
    const report = await simulate({ scenario: scenario(handlers), runs: 3, faults: false });
    expectNoViolations(report);
    expect(report.outcomes).toMatchObject({ processed: 0, deadLettered: 30, deadLetteredBySqs: 0 });
  });

  test("an idempotency key that is another one for each worker breaks a rule, with seed and story", async () => {
    const only = Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0]));
    const handlers = (world: HandlerWorld) => ({ OrderPlaced: async () => await world.work(50) });
    let calls = 0;
    const subscribers = [
      { name: "billing", handlers, options: { idempotencyKey: () => `key-${++calls}` }, standardQueue: true },
    ];
    const report = await simulate({
      scenario: scenario(handlers, { subscribers }),
      runs: 20,
      faults: { ...only, duplicateDelivery: 0.5 },
    });
    expect(() => expectNoViolations(report)).toThrow(SimulationFailed);
    expect(report.violations[0]).toMatchObject({ subscriber: "billing", event: expect.stringMatching(/^e\d+$/) });
    expect(["effects-once", "one-handler-at-a-time", "completion-recorded"]).toContain(report.violations[0]?.rule);
    expect(report.violations[0]?.history).toContain("handler started");
  });

  test("a workload that throws is told as such", async () => {
    const workload = async () => {
      throw new Error("a mistake in the test");
    };
    const report = await simulate({ scenario: scenario(() => ({ OrderPlaced: () => {} }), { workload }), runs: 1 });
    expect(report.violations[0]).toMatchObject({
      rule: "no-crash-of-ours",
      message: expect.stringContaining("mistake"),
    });
  });
});
