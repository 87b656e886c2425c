import { z } from "zod";
import { defineContract, event } from "../../../../lib/index.ts";

/** What the shop of these tests announces. */
export const orders = defineContract("orders", {
  OrderPlaced: event({
    schema: z.object({ orderId: z.string(), region: z.enum(["eu", "us"]), note: z.string() }),
    attributes: { region: (order) => order.region },
    group: (order) => order.orderId,
  }),
});

/** Nobody in the shop takes these. */
export const invoices = defineContract("invoices", {
  InvoiceSent: event({ schema: z.object({ invoiceId: z.string() }) }),
});
