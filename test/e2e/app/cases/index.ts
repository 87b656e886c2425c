import { billingCases } from "./billing.ts";
import { imageCases } from "./images.ts";
import { orderCases } from "./orders.ts";
import type { AppCase } from "./reference-app.ts";
import { webhookCases } from "./webhooks.ts";

/**
 * The end-to-end cases of the reference app, by its stacks. Cases of one stack run one after the other: they wait for its queues
 * to be empty. Stacks have no queue in common.
 */
export const APP_CASES: Readonly<Record<"orders" | "images" | "webhooks", readonly AppCase[]>> = {
  orders: [...orderCases, ...billingCases],
  images: imageCases,
  webhooks: webhookCases,
};

export { billingCases } from "./billing.ts";
export { orderCases } from "./orders.ts";
export type { AppCase, Invoked, LoggedOutcome, ReferenceApp } from "./reference-app.ts";
