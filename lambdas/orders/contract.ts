import { defineContract, event } from "fanfare";
import { z } from "zod";

const line = z.object({ sku: z.string().min(1), quantity: z.int().positive() });

/** What happens to an order of the shop. Events of one order are handled in their order. */
export const orders = defineContract("orders", {
  OrderPlaced: event({
    version: 2,
    schema: z.object({
      orderId: z.string().min(1),
      customerId: z.string(),
      email: z.email(),
      region: z.enum(["eu", "us", "apac"]),
      total: z.number().nonnegative(),
      lines: z.array(line).min(1).max(50),
    }),
    attributes: { region: (order) => order.region, total: (order) => order.total },
    group: (order) => order.orderId,
    // Version 1 is from the time when the shop sold in the EU only.
    upcast: { 1: (older) => ({ ...older, region: "eu" }) },
  }),
  OrderPaid: event({
    schema: z.object({ orderId: z.string().min(1), paymentId: z.string(), amount: z.number().positive() }),
    group: (payment) => payment.orderId,
  }),
  OrderCancelled: event({
    schema: z.object({
      orderId: z.string().min(1),
      reason: z.string(),
      refund: z.number().nonnegative(),
      lines: z.array(line).min(1).max(50),
    }),
    group: (cancellation) => cancellation.orderId,
  }),
});

/** One article of an order. */
export type OrderLine = z.infer<typeof line>;
