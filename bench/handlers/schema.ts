import { z } from "zod";

/** What all handlers check. */
export const orderSchema = z.object({
  orderId: z.string(),
  customerId: z.string(),
  region: z.enum(["eu", "us"]),
  total: z.number(),
});
