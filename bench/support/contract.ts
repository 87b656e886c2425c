import { defineContract, event } from "fanfare";
import { z } from "zod";

/** What most events look like: a few fields. */
export const orderSchema = z.object({
  orderId: z.string(),
  customerId: z.string(),
  region: z.enum(["eu", "us"]),
  total: z.number(),
});

/** A webhook of GitHub: checked where it is routed by, passed on as it is. */
export const webhookSchema = z.looseObject({
  action: z.string().optional(),
  sender: z.looseObject({ login: z.string() }).optional(),
});

/** Text of a given size. */
export const documentSchema = z.object({ documentId: z.string(), text: z.string() });

/** The events of all benchmarks. */
export const contract = defineContract("bench", {
  OrderPlaced: event({ schema: orderSchema, attributes: { region: (order) => order.region }, group: (o) => o.orderId }),
  WebhookReceived: event({ schema: webhookSchema }),
  DocumentWritten: event({ schema: documentSchema }),
});

/** Schemas by CloudEvents type, for those who decode by hand. */
export const schemas = {
  "bench.OrderPlaced": orderSchema,
  "bench.WebhookReceived": webhookSchema,
  "bench.DocumentWritten": documentSchema,
} as const;
