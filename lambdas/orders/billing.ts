import { consume } from "fanfare";
import { required } from "../shared/environment.ts";
import { orders } from "./contract.ts";

const TableName = required("LEDGER_TABLE");

/** Maintains the account of each order: what was charged and refunded, and the sequence of events. */
export const handler = consume(orders, {
  OrderPlaced: async (order, ctx) => {
    const Item = {
      orderId: { S: order.orderId },
      due: { N: String(order.total) },
      charged: { N: "0" },
      history: { L: [{ S: "placed" }] },
    };
    await ctx.commit([{ Put: { TableName, Item, ConditionExpression: "attribute_not_exists(orderId)" } }]);
  },

  OrderPaid: async ({ orderId, amount }, ctx) => {
    await ctx.commit([entry(orderId, "paid", "charged", amount)]);
  },

  OrderCancelled: async ({ orderId, refund }, ctx) => {
    await ctx.commit([entry(orderId, "cancelled", "refunded", refund)]);
  },
});

// Loads the client of the idempotency store at start-up, so that the first event does not wait for it.
await handler.preload();

/** Adds an amount, which is not idempotent: only the transaction with the completion of the event prevents adding it twice. */
function entry(orderId: string, step: string, account: "charged" | "refunded", amount: number) {
  return {
    Update: {
      TableName,
      Key: { orderId: { S: orderId } },
      UpdateExpression: "SET history = list_append(history, :step) ADD #account :amount",
      ConditionExpression: "attribute_exists(orderId)",
      ExpressionAttributeNames: { "#account": account },
      ExpressionAttributeValues: { ":step": { L: [{ S: step }] }, ":amount": { N: String(amount) } },
    },
  };
}
