import { numberOf, readObjects, readTable, textOf } from "../stage/effects.ts";
import type { Stage } from "../stage/stage.ts";
import { differences } from "../tally.ts";
import { eventsOf, type OrderEvent, outcomeOf } from "../workload/order-routes.ts";
import type { Order } from "../workload/orders.ts";
import { type Check, checkOf } from "./check.ts";

/** Pieces of each article in stock at the start. */
export const INITIAL_STOCK = 100_000;

/** Checks what the subscribers of the orders wrote. */
export async function checkOrders(stage: Stage, orders: readonly Order[]): Promise<Check[]> {
  return await Promise.all([
    checkLedger(stage, orders),
    checkStock(stage, orders),
    checkOutbox(stage, orders),
    checkLake(stage, orders),
  ]);
}

/** The ledger: every step of every order once, in order, with the right amounts. */
async function checkLedger({ clients, resource }: Stage, orders: readonly Order[]): Promise<Check> {
  const items = await readTable(clients, resource("Shop/Ledger"));
  const accounts = new Map(items.map((item) => [textOf(item, "orderId"), item]));
  const problems = orders.flatMap((order) => {
    const account = accounts.get(order.placed.orderId);
    if (account === undefined) {
      return [`${order.placed.orderId} has no account`];
    }
    const expected = { history: historyOf(order), charged: order.paid?.amount ?? 0, refunded: refundOf(order) };
    const actual = {
      history: (account.history?.L ?? []).map(({ S }) => S).join(", "),
      charged: numberOf(account, "charged"),
      refunded: numberOf(account, "refunded"),
    };
    const same = JSON.stringify(expected) === JSON.stringify(actual);
    return same ? [] : [`${order.placed.orderId}: ${JSON.stringify(actual)} instead of ${JSON.stringify(expected)}`];
  });
  if (accounts.size !== orders.length) {
    problems.push(`${accounts.size} accounts for ${orders.length} orders`);
  }
  return checkOf("billing", `${orders.length} accounts: every step once, in order, with the right amounts`, problems);
}

function historyOf({ paid, cancelled }: Order): string {
  return ["placed", paid === undefined ? [] : "paid", cancelled === undefined ? [] : "cancelled"].flat().join(", ");
}

function refundOf({ cancelled }: Order): number {
  return cancelled?.refund ?? 0;
}

/** The stock: everything that was ordered and not cancelled has left it. */
async function checkStock({ clients, resource }: Stage, orders: readonly Order[]): Promise<Check> {
  const sold = new Map<string, number>();
  const sell = (lines: Order["placed"]["lines"], sign: 1 | -1) => {
    for (const { sku, quantity } of lines) {
      sold.set(sku, (sold.get(sku) ?? 0) + sign * quantity);
    }
  };
  for (const { placed, cancelled } of orders) {
    sell(placed.lines, 1);
    if (cancelled !== undefined) {
      sell(cancelled.lines, -1);
    }
  }
  const items = await readTable(clients, resource("Shop/Stock"));
  const available = new Map(items.map((item) => [textOf(item, "sku"), numberOf(item, "available")]));
  const problems = [...sold].flatMap(([sku, pieces]) => {
    const expected = INITIAL_STOCK - pieces;
    const actual = available.get(sku);
    return actual === expected ? [] : [`${sku}: ${actual} in stock instead of ${expected}`];
  });
  return checkOf("inventory", `${sold.size} articles: every piece is accounted for`, problems);
}

/** The mails: one for each customer who should get one, at the third attempt where the provider failed twice. */
async function checkOutbox({ clients, resource }: Stage, orders: readonly Order[]): Promise<Check> {
  const expected = processedBy("notification", orders);
  const items = await readTable(clients, resource("Shop/Outbox"));
  const problems = differences(
    "mailed",
    expected.map(({ id }) => id),
    items.map((item) => textOf(item, "id")),
  );
  const flaky = items.filter((item) => textOf(item, "to").endsWith("@flaky.example"));
  for (const item of flaky) {
    const attempts = numberOf(item, "attempts");
    if (attempts !== 3) {
      problems.push(`${textOf(item, "orderId")}: mailed at attempt ${attempts} instead of 3`);
    }
  }
  const good = `${items.length} mails, ${flaky.length} of them at the third attempt after two failures`;
  return checkOf("notification", good, problems);
}

/** The data lake: every plausible event once. */
async function checkLake({ clients, resource }: Stage, orders: readonly Order[]): Promise<Check> {
  const expected = processedBy("analytics", orders);
  const objects = await readObjects(clients, resource("Shop/Lake"), "orders/");
  const lines = objects.flatMap(({ bytes }) => bytes.toString("utf8").trimEnd().split("\n"));
  const problems = differences(
    "written",
    expected.map(({ id }) => id),
    lines.map((line) => /"id":"([^"]+)"/.exec(line)?.[1] ?? "a line without an id"),
  );
  return checkOf("analytics", `${lines.length} events in ${objects.length} batches`, problems);
}

function processedBy(subscriber: "notification" | "analytics", orders: readonly Order[]): OrderEvent[] {
  return orders.flatMap(eventsOf).filter((event) => outcomeOf(subscriber, event).kind === "processed");
}
