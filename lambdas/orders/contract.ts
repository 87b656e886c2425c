import { defineContract, event } from "fanfare";
import { z } from "zod";

const line = z.object({ sku: z.string().min(1), quantity: z.int().positive() });

/** The events of the shop's orders. The events of each order are delivered in sequence. */
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
    // Version 1 dates from when the shop sold only in the EU.
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

/** One item of an order. */
export type OrderLine = z.infer<typeof line>;
