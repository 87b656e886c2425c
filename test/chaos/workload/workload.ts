import { eventsOf, type OrderEvent } from "../../../infra/demo/workload/order-routes.ts";
import { makeOrders, type Order } from "../../../infra/demo/workload/orders.ts";
import { largePush, realWebhooks, type Webhook } from "../../../infra/demo/workload/webhooks.ts";
import { randomOf } from "../random.ts";
import type { Name } from "../runtime/resources.ts";

/** Bytes of a large webhook: more than a message may have. */
const LARGE_BYTES = 300_000;
/** Shares of all events. */
const WEBHOOKS = 0.15;
const LARGE = 0.01;
/** Shares of the events that are sent once more, and of messages that nobody can process. */
const REPEATED = 0.01;
const POISON = 0.005;
/** Events of an order on average: see the demo's `makeOrders`. */
const EVENTS_OF_ORDER = 2.025;

/** A message that no handler can process, sent straight to a queue. */
export interface Poison {
  readonly name: Name;
  readonly id: string;
  readonly body: string;
  /** Code of the reason that it has to be dead-lettered with. */
  readonly error: string;
}

/** Something that a producer does, the parts of it one after the other. */
export type Task =
  | { readonly kind: "order"; readonly events: readonly OrderEvent[]; readonly repeated: boolean }
  | { readonly kind: "webhook"; readonly webhook: Webhook; readonly repeated: boolean }
  | { readonly kind: "poison"; readonly poison: Poison };

export interface Workload {
  readonly orders: readonly Order[];
  readonly webhooks: readonly Webhook[];
  readonly poison: readonly Poison[];
  /** In the order in which they are begun. */
  readonly tasks: readonly Task[];
  /** Events, repeated ones not counted. */
  readonly events: number;
}

/** About so many events, always the same ones for the same seed. */
export function makeWorkload(events: number, seed: string): Workload {
  const random = randomOf(seed, "workload");
  const large = Math.ceil(events * LARGE);
  const webhooks = makeWebhooks(Math.ceil(events * WEBHOOKS), large);
  const count = Math.ceil((events - webhooks.length) / EVENTS_OF_ORDER);
  const special = Math.ceil(count / 100);
  const orders = makeOrders({
    ordinary: Math.max(0, count - 3 * special),
    flaky: special,
    bounced: special,
    implausible: special,
  });
  const poison = Array.from({ length: Math.ceil(events * POISON) }, (_unused, index) => makePoison(index));
  const tasks: Task[] = [
    ...orders.map((order): Task => ({ kind: "order", events: eventsOf(order), repeated: random() < REPEATED })),
    ...webhooks.map((webhook): Task => ({ kind: "webhook", webhook, repeated: random() < REPEATED })),
    ...poison.map((each): Task => ({ kind: "poison", poison: each })),
  ];
  return {
    orders,
    webhooks,
    poison,
    tasks: shuffled(tasks, random),
    events: webhooks.length + orders.reduce((sum, order) => sum + eventsOf(order).length, 0),
  };
}

function makeWebhooks(count: number, large: number): Webhook[] {
  const real = realWebhooks();
  const push = largePush("large", LARGE_BYTES);
  return Array.from({ length: count }, (_unused, index) => {
    const webhook = index < large ? push : (real[index % real.length] ?? push);
    return { ...webhook, id: `${webhook.id}-${index}` };
  });
}

function makePoison(index: number): Poison {
  const id = `poison-${index}-`;
  const envelope = (type: string, data: unknown, dataversion = 1): string =>
    JSON.stringify({ specversion: "1.0", id, source: "urn:elsewhere", type, dataversion, data });
  const kinds: readonly [Omit<Poison, "id">, ...Omit<Poison, "id">[]] = [
    { name: "billing", body: `{"specversion": "1.0", "id": "${id}`, error: "BodyMalformed" },
    { name: "inventory", body: envelope("orders.OrderShipped", {}), error: "UnknownEvent" },
    { name: "notification", body: envelope("orders.OrderPlaced", { total: "a lot" }, 2), error: "SchemaMismatch" },
    {
      name: "archive",
      body: JSON.stringify([
        "software.amazon.payloadoffloading.PayloadS3Pointer",
        { s3BucketName: "bucket-of-another-account", s3Key: id },
      ]),
      error: "PointerNotAllowed",
    },
    {
      name: "triage",
      body: envelope("webhooks.IssueChanged", { event: "issues", payload: {} }, 99),
      error: "UnknownVersion",
    },
  ];
  return { id, ...(kinds[index % kinds.length] ?? kinds[0]) };
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items
    .map((item) => ({ item, at: random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ item }) => item);
}
