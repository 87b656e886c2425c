import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { numberOf, readObjects, readTable, textOf } from "../../../../infra/demo/stage/effects.ts";
import type { orders } from "../../../../lambdas/orders/contract.ts";
import type { PayloadInput } from "../../../../lib/index.ts";
import type { ReferenceApp } from "./reference-app.ts";

type Placed = PayloadInput<typeof orders, "OrderPlaced">;
type Item = Record<string, AttributeValue>;

/** An order that is valid; what matters to a case is given. */
export function order(orderId: string, given: Partial<Placed> = {}): Placed {
  return {
    orderId,
    customerId: "c-1",
    email: "c-1@mail.example",
    region: "eu",
    total: 20,
    lines: [{ sku: `sku-${orderId}`, quantity: 1 }],
    ...given,
  };
}

/** What billing keeps about an order. */
export async function account(app: ReferenceApp, orderId: string): Promise<Item | undefined> {
  return await findItem(app, "Shop/Ledger", "orderId", orderId);
}

/** The steps that billing has noted for an order. */
export async function history(app: ReferenceApp, orderId: string): Promise<string[]> {
  return ((await account(app, orderId))?.history?.L ?? []).map(({ S = "" }) => S);
}

/** The mail that went out for an order. */
export async function mail(app: ReferenceApp, orderId: string): Promise<Item | undefined> {
  return await findItem(app, "Shop/Outbox", "orderId", orderId);
}

/** What inventory has taken from the stock of an article, or put back. */
export async function stock(app: ReferenceApp, sku: string): Promise<number> {
  return numberOf((await findItem(app, "Shop/Stock", "sku", sku)) ?? {}, "available");
}

/** The lines of the data lake, with the number of the object that each is in. */
export async function lake(app: ReferenceApp): Promise<readonly LakeLine[]> {
  const objects = await readObjects(app.clients, app.resource("Shop/Lake"), "orders/");
  return objects.flatMap(({ bytes }, object) =>
    bytes
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .map((line) => ({ ...JSON.parse(line), object })),
  );
}

/** One line of the data lake. */
export interface LakeLine {
  readonly id: string;
  readonly event: string;
  readonly orderId: string;
  readonly customerId?: string;
  readonly object: number;
}

async function findItem(app: ReferenceApp, table: string, name: string, value: string): Promise<Item | undefined> {
  const items = await readTable(app.clients, app.resource(table));
  return items.find((item) => textOf(item, name) === value);
}
