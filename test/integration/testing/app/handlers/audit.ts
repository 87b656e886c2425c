import { consume } from "../../../../../lib/index.ts";
import { orders } from "../contract.ts";

export const handler = consume(orders, { OrderPlaced: async () => {} });
