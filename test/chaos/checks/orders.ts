import { numberOf, readObjects, readTable, textOf } from "../../../infra/demo/stage/effects.ts";
import { eventsOf, type OrderEvent, outcomeOf } from "../../../infra/demo/workload/order-routes.ts";
import type { Order } from "../../../infra/demo/workload/orders.ts";
import { idempotencyKey } from "../../../lib/idempotency/index.ts";
import type { Resources } from "../runtime/resources.ts";
import type { Workload } from "../workload/index.ts";
import { type Check, checkOf, setProblems } from "./check.ts";

/** Pieces of each article in stock before anything is sold. */
export const INITIAL_STOCK = 1_000_000;

/**
 * Money and order: each step of each order once, in its order, to the cent.
 *
 * @param overtaken tells whether an event of the order was dead-lettered and redriven: its successors have passed it, as
 *   FIFO queues let them, and only the order of its steps is then open.
 */
export async function checkLedger(
  { clients, resource }: Resources,
  orders: readonly Order[],
  overtaken: (orderId: string) => boolean,
): Promise<Check> {
  const items = await readTable(clients, resource("Shop/Ledger"));
  const accounts = new Map(items.map((item) => [textOf(item, "orderId"), item]));
  const problems = orders.flatMap((order) => {
    const { orderId } = order.placed;
    const account = accounts.get(orderId);
    if (account === undefined) {
      return [`${orderId} has no account`];
    }
    const steps = ["placed", order.paid && "paid", order.cancelled && "cancelled"].filter((step) => step !== undefined);
    const inOrder = (history: readonly (string | undefined)[]): string =>
      (overtaken(orderId) ? history.toSorted() : history).join(", ");
    const expected = [inOrder(steps), order.paid?.amount ?? 0, order.cancelled?.refund ?? 0];
    const history = inOrder((account.history?.L ?? []).map(({ S }) => S));
    const actual = [history, numberOf(account, "charged"), numberOf(account, "refunded")];
    return expected.join() === actual.join() ? [] : [`${orderId}: ${actual.join("; ")}, not ${expected.join("; ")}`];
  });
  if (accounts.size !== orders.length) {
    problems.push(`${accounts.size} accounts for ${orders.length} orders`);
  }
  const redriven = orders.filter(({ placed }) => overtaken(placed.orderId)).length;
  const but = redriven === 0 ? "" : `; ${redriven} went through the dead-letter queue, in whatever order`;
  return checkOf("billing", `${orders.length} accounts: every step once, in order, to the cent${but}`, problems);
}

/** Pieces: what was ordered and not cancelled is gone. */
export async function checkStock({ clients, resource }: Resources, orders: readonly Order[]): Promise<Check> {
  const expected = new Map<string, number>();
  const move = (lines: Order["placed"]["lines"], sign: 1 | -1): void => {
    for (const { sku, quantity } of lines) {
      expected.set(sku, (expected.get(sku) ?? INITIAL_STOCK) + sign * quantity);
    }
  };
  for (const { placed, cancelled } of orders) {
    move(placed.lines, -1);
    if (cancelled !== undefined) {
      move(cancelled.lines, +1);
    }
  }
  const items = await readTable(clients, resource("Shop/Stock"));
  const actual = new Map(items.map((item) => [textOf(item, "sku"), numberOf(item, "available")]));
  const problems = [...expected].flatMap(([sku, pieces]) =>
    actual.get(sku) === pieces ? [] : [`${sku}: ${actual.get(sku)} in stock instead of ${pieces}`],
  );
  return checkOf("inventory", `${expected.size} articles: the stock is right to the piece`, problems);
}

/** The consumers whose effects and completions are one transaction: done is, for each event, what should be. */
export async function checkCompletions({ clients, resource }: Resources, orders: readonly Order[]): Promise<Check> {
  const items = await readTable(clients, resource("Shop/Orders/Idempotency"));
  const done = items.flatMap((item) => (textOf(item, "state") === "done" ? textOf(item, "id") : []));
  const problems = (["billing", "inventory"] as const).flatMap((name) => {
    const consumer = name === "billing" ? "orders.Billing" : "orders.Inventory";
    const wanted = expectedAt(name, orders).map(({ id, name: event }) =>
      idempotencyKey(consumer, "urn:fanfare:orders", `orders.${event}`, id),
    );
    return setProblems("completed", new Set(wanted), new Set(done.filter((key) => key.startsWith(`${consumer}#`))));
  });
  return checkOf("completions", "billing and inventory completed exactly the events that they should", problems);
}

/** Mails: one for everybody who should get one. The effect may be repeated; its key makes the repetition the same item. */
export async function checkOutbox({ clients, resource }: Resources, orders: readonly Order[]): Promise<Check> {
  const expected = new Set(expectedAt("notification", orders).map(({ id }) => id));
  const items = await readTable(clients, resource("Shop/Outbox"));
  const problems = setProblems("mailed", expected, new Set(items.map((item) => textOf(item, "id"))));
  for (const item of items) {
    if (textOf(item, "to").endsWith("@flaky.example") && numberOf(item, "attempts") < 3) {
      problems.push(`${textOf(item, "orderId")}: mailed at attempt ${numberOf(item, "attempts")}, before the third`);
    }
  }
  return checkOf("notification", `${items.length} mails`, problems);
}

/**
 * The data lake: every event at least once, and no more often than it was delivered. Its handler appends lines and knows no
 * transaction, so that a batch whose completion got lost is written again.
 */
export async function checkLake(
  { clients, resource }: Resources,
  { orders }: Workload,
  deliveries: ReadonlyMap<string, number>,
): Promise<Check> {
  const objects = await readObjects(clients, resource("Shop/Lake"), "orders/");
  const lines = new Map<string, number>();
  for (const { bytes } of objects) {
    for (const line of bytes.toString("utf8").trimEnd().split("\n")) {
      const id = /"id":"([^"]+)"/.exec(line)?.[1] ?? "a line without an id";
      lines.set(id, (lines.get(id) ?? 0) + 1);
    }
  }
  const expected = new Set(expectedAt("analytics", orders).map(({ id }) => id));
  const problems = setProblems("written", expected, new Set(lines.keys()));
  let repeated = 0;
  for (const [id, count] of lines) {
    repeated += count - 1;
    const most = deliveries.get(id) ?? 0;
    if (count > most) {
      problems.push(`${id} was written ${count} times, but delivered only ${most} times`);
    }
  }
  return checkOf(
    "analytics",
    `${expected.size} events in ${objects.length} batches; ${repeated} lines repeated, none more often than delivered`,
    problems,
  );
}

function expectedAt(name: Parameters<typeof outcomeOf>[0], orders: readonly Order[]): OrderEvent[] {
  return orders.flatMap((order) => eventsOf(order).filter((event) => outcomeOf(name, event).kind === "processed"));
}
