import { z } from "zod";
import { defineContract, event } from "../../../lib/index.ts";

/** Work that executions of Step Functions wait for. */
export const payments = defineContract("payments", {
  ChargeCard: event({
    schema: z.object({ orderId: z.string(), cents: z.number() }),
    attributes: { orderId: (order) => order.orderId },
    group: (order) => order.orderId,
  }),
});
