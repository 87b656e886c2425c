import { consume } from "fanfare";
import { required } from "../shared/environment.ts";
import { type OrderLine, orders } from "./contract.ts";

const TableName = required("STOCK_TABLE");

/** Takes what was ordered from the stock, and puts back what was cancelled. */
export const handler = consume(orders, {
  OrderPlaced: (order, ctx) => ctx.commit(changes(order.lines, -1)),
  OrderCancelled: (order, ctx) => ctx.commit(changes(order.lines, +1)),
});

/** One update an article: a transaction must not touch an item twice. */
function changes(lines: readonly OrderLine[], sign: 1 | -1) {
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of lines) quantities.set(sku, (quantities.get(sku) ?? 0) + quantity);
  return [...quantities].map(([sku, quantity]) => ({
    Update: {
      TableName,
      Key: { sku: { S: sku } },
      UpdateExpression: "ADD available :change",
      ExpressionAttributeValues: { ":change": { N: String(sign * quantity) } },
    },
  }));
}
