import { consume } from "fanfare";
import { required } from "../shared/environment.ts";
import { orders } from "./contract.ts";

const TableName = required("LEDGER_TABLE");

/** Keeps the account of each order: what was charged, what was refunded, and in which order it happened. */
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

// The first payment of a new instance need not wait for the store's client.
await handler.preload();

/** Adds an amount, so that doing it twice would show: only the transaction with the event's completion makes it happen once. */
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
