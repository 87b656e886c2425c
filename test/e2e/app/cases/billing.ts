import { deepEqual, equal } from "node:assert/strict";
import { numberOf } from "../../../../infra/demo/stage/effects.ts";
import { eventually, holds, takeDeadLetters } from "./checks.ts";
import type { AppCase } from "./reference-app.ts";
import { account, history, order, stock } from "./shop.ts";

/** Orders in the second case: as many groups. */
const ORDERS = 20;

/** What is about money: once, and in order. */
export const billingCases: readonly AppCase[] = [
  {
    name: "billing: charges once, however often an event comes",
    run: async (app) => {
      const orderId = app.unique("twice");
      const paid = { orderId, paymentId: "p-1", amount: 20 };
      const id = `${orderId}-paid`;
      await app.publishOrder("OrderPlaced", order(orderId), { id: `${orderId}-placed` });
      await app.publishOrder("OrderPaid", paid, { id });
      // SNS delivers in the background: a copy that overtook the order would hold up its group.
      await eventually(async () => equal((await history(app, orderId))[0], "placed"));
      await Promise.all(
        [1, 2, 3, 4, 5].map((copy) =>
          app.redeliverToBilling("OrderPaid", paid, { id, deduplicationId: `${id}-${copy}` }),
        ),
      );
      await holds(app, ["billing"], async () => {
        equal(numberOf((await account(app, orderId)) ?? {}, "charged"), 20);
        deepEqual(await history(app, orderId), ["placed", "paid"]);
        const outcomes = (await app.outcomes("billing", id))
          .map(({ outcome }) => outcome)
          .filter((outcome) => outcome !== "retry");
        deepEqual(outcomes.sort(), ["done", ...Array<string>(5).fill("duplicate")]);
      });
      await takeDeadLetters(app, "billing", 0);
    },
  },
  {
    name: "billing: keeps the order of each order while many go on at once",
    run: async (app) => {
      const ids = Array.from({ length: ORDERS }, (_unused, index) => app.unique(`ordered-${index}`));
      const published: Promise<unknown>[] = [];
      for (const id of ids) {
        published.push(app.publishOrder("OrderPlaced", order(id)));
      }
      for (const id of ids) {
        published.push(app.publishOrder("OrderPaid", { orderId: id, paymentId: id, amount: 20 }));
      }
      for (const id of ids) {
        const { lines } = order(id);
        published.push(app.publishOrder("OrderCancelled", { orderId: id, reason: "test", refund: 5, lines }));
      }
      await Promise.all(published);
      await holds(app, ["billing", "inventory"], async () => {
        for (const id of ids) {
          deepEqual(await history(app, id), ["placed", "paid", "cancelled"]);
          equal(await stock(app, `sku-${id}`), 0);
        }
      });
    },
  },
  {
    name: "billing: never charges an order that does not exist",
    run: async (app) => {
      const orderId = app.unique("never-placed");
      const id = `${orderId}-paid`;
      await app.redeliverToBilling("OrderPaid", { orderId, paymentId: "p", amount: 1 }, { id });
      await eventually(async () => equal((await app.outcomes("billing", id))[0]?.outcome, "retry"));
      equal(await account(app, orderId), undefined);
      // Comes to its end as soon as the order is there: nothing was lost meanwhile.
      const group = `another-group-${orderId}`;
      await app.redeliverToBilling("OrderPlaced", order(orderId), { id: `${orderId}-placed`, group });
      await holds(app, ["billing"], async () => deepEqual(await history(app, orderId), ["placed", "paid"]));
    },
  },
];
