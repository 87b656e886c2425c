import { consume, PermanentError } from "../../../../../lib/index.ts";
import { orders } from "../contract.ts";

/** Does as the order's note says. */
export const handler = consume(
  orders,
  {
    OrderPlaced: async (order, ctx) => {
      console.log(`billing sees ${order.orderId}`);
      if (order.note === "poison") {
        throw new PermanentError("no such customer");
      }
      if (order.note === "broken") {
        throw new Error("the ledger is closed");
      }
      if (order.note === "tomorrow" && ctx.attempt === 1) {
        ctx.retry({ after: 11 * 3_600 });
      }
      if (order.note === "flaky" && ctx.attempt < 3) {
        throw new Error("try again");
      }
    },
  },
  // Nothing is logged: what tests know of outcomes must not depend on it.
  { backoff: { baseSeconds: 0, capSeconds: 0 }, logLevel: "silent" },
);
