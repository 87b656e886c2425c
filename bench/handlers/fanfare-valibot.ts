import { consume, defineContract, event } from "fanfare";
import * as v from "valibot";

const orderSchema = v.object({
  orderId: v.string(),
  customerId: v.string(),
  region: v.picklist(["eu", "us"]),
  total: v.number(),
});
const contract = defineContract("bench", { OrderPlaced: event({ schema: orderSchema }) });

/** The full handler, with valibot. */
export const handler = consume(contract, { OrderPlaced: async () => {} });
