import { consume } from "../../../../../lib/index.ts";
import { orders } from "../contract.ts";

console.log("reading the settings");
if (orders.name === "orders") {
  throw new Error("LEDGER_URL is not set");
}

/** Never exported: the module throws when it is loaded. */
export const handler = consume(orders, { OrderPlaced: async () => {} });
