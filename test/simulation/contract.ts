import { z } from "zod";
import { defineContract, event } from "../../lib/index.ts";

const order = {
  orderId: z.string(),
  region: z.enum(["eu", "us"]),
  total: z.number(),
  /** Makes some events too large for a message. */
  note: z.string().optional(),
};

/** Events of a shop, each with what the simulator needs: groups, attributes to filter on, versions, expiry. */
export const shop = defineContract("shop", {
  OrderPlaced: event({
    version: 2,
    schema: z.object(order),
    attributes: { region: (data) => data.region, total: (data) => data.total },
    group: (data) => data.orderId,
    upcast: { 1: (older) => ({ ...older, total: 0 }) },
  }),
  OrderPaid: event({
    schema: z.object({ ...order, total: z.number().min(0) }),
    attributes: { region: (data) => data.region },
    group: (data) => data.orderId,
  }),
  QuoteGiven: event({
    schema: z.object(order),
    attributes: { region: (data) => data.region },
    group: (data) => data.orderId,
    expiresAfterSeconds: 20,
  }),
});
