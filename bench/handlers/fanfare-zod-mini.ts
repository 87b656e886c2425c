import { consume, defineContract, event } from "fanfare";
import * as z from "zod/mini";

const orderSchema = z.object({
  orderId: z.string(),
  customerId: z.string(),
  region: z.enum(["eu", "us"]),
  total: z.number(),
});
const contract = defineContract("bench", { OrderPlaced: event({ schema: orderSchema }) });

/** The full handler, with the small form of zod. */
export const handler = consume(contract, { OrderPlaced: async () => {} });
