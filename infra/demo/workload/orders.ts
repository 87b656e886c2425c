import type { Payload, PayloadInput } from "fanfare";
import type { orders } from "../../../lambdas/orders/contract.ts";

type Placed = Payload<typeof orders, "OrderPlaced">;
type Paid = PayloadInput<typeof orders, "OrderPaid">;
type Cancelled = PayloadInput<typeof orders, "OrderCancelled">;

/** One order from its beginning to its end. */
export interface Order {
  readonly placed: Placed;
  readonly paid: Paid | undefined;
  readonly cancelled: Cancelled | undefined;
}

/** How many orders of each kind to make: ordinary ones, and some with which something goes wrong. */
export interface OrderMix {
  readonly ordinary: number;
  /** The customer's mail provider fails twice. */
  readonly flaky: number;
  /** The customer's mail address does not exist. */
  readonly bounced: number;
  /** The total is one that analytics refuses as implausible. */
  readonly implausible: number;
}

const REGIONS = ["eu", "us", "apac"] as const;
/** The articles of the shop. */
export const SKUS = ["teapot", "mug", "kettle", "spoon", "saucer", "whisk", "tray", "jar"] as const;

/** Makes orders, always the same ones for the same mix, so that their outcomes can be derived. */
export function makeOrders(mix: OrderMix): Order[] {
  return [
    // First, so that the others are processed while these wait for their next attempts.
    ...range(mix.flaky, (index) => makeOrder(`flaky-${index}`, index, { domain: "flaky.example", ...LARGE })),
    ...range(mix.ordinary, (index) => makeOrder(`order-${index}`, index, {})),
    ...range(mix.bounced, (index) => makeOrder(`bounced-${index}`, index, { domain: "bounced.example", ...LARGE })),
    ...range(mix.implausible, (index) =>
      makeOrder(`implausible-${index}`, index, { region: "apac", total: 9_999_999 }),
    ),
  ];
}

/** Large enough for a mail to the customer. */
const LARGE = { region: "eu", total: 250 } as const;

function makeOrder(
  orderId: string,
  index: number,
  special: { readonly domain?: string; readonly region?: Placed["region"]; readonly total?: number },
): Order {
  const region = special.region ?? pick(REGIONS, index);
  const total = special.total ?? ((index * 37) % 300) + 9.99;
  const lines = range(1 + (index % 3), (line) => ({ sku: pick(SKUS, index + line), quantity: 1 + (index % 4) }));
  const customerId = `customer-${index % 50}`;
  const email = `${customerId}@${special.domain ?? "mail.example"}`;
  const isPaid = index % 10 !== 9;
  const isCancelled = index % 8 === 3;
  return {
    placed: { orderId, customerId, email, region, total, lines },
    paid: isPaid ? { orderId, paymentId: `payment-${orderId}`, amount: total } : undefined,
    cancelled: isCancelled ? { orderId, reason: "changed their mind", refund: isPaid ? total : 0, lines } : undefined,
  };
}

function pick<Item>(items: readonly [Item, ...Item[]], index: number): Item {
  return items[index % items.length] ?? items[0];
}

function range<Item>(count: number, make: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_unused, index) => make(index));
}
