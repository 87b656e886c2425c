import { consume } from "fanfare";
import { required } from "../shared/environment.ts";
import { type OrderLine, orders } from "./contract.ts";

const TableName = required("STOCK_TABLE");

/** Removes ordered items from the stock, and puts cancelled items back. */
export const handler = consume(orders, {
  OrderPlaced: (order, ctx) => ctx.commit(changes(order.lines, -1)),
  OrderCancelled: (order, ctx) => ctx.commit(changes(order.lines, +1)),
});

/** Returns one update per article, because a transaction must not contain two operations on the same item. */
function changes(lines: readonly OrderLine[], sign: 1 | -1) {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) {
    quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  }
  return [...quantities].map(([sku, quantity]) => ({
    Update: {
      TableName,
      Key: { sku: { S: sku } },
      UpdateExpression: "ADD available :change",
      ExpressionAttributeValues: { ":change": { N: String(sign * quantity) } },
    },
  }));
}
