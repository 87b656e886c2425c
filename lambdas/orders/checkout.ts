import { randomUUID } from "node:crypto";
import { createPublisher } from "fanfare";
import { orders } from "./contract.ts";

const publish = createPublisher(orders);

/** The request that the shop's web server sends at the end of a purchase. */
export interface CheckoutRequest {
  readonly customerId: string;
  readonly email: string;
  readonly region: "eu" | "us" | "apac";
  readonly basket: readonly { readonly sku: string; readonly quantity: number; readonly price: number }[];
}

/** Accepts an order and publishes it. The publisher validates the event, so an invalid request is refused before it is sent. */
export async function handler(request: CheckoutRequest): Promise<{ orderId: string; eventId: string }> {
  const { customerId, email, region, basket } = request;
  const orderId = `order-${randomUUID()}`;
  const cents = basket.reduce((sum, { quantity, price }) => sum + Math.round(quantity * price * 100), 0);
  const lines = basket.map(({ sku, quantity }) => ({ sku, quantity }));
  const { id } = await publish("OrderPlaced", { orderId, customerId, email, region, total: cents / 100, lines });
  return { orderId, eventId: id };
}
