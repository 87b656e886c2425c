import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { consume, defineContract, event, PermanentError } from "fanfare";
import { z } from "zod";

const order = z.object({ orderId: z.string().min(1), total: z.number(), card: z.string().optional() });

/** What a publisher sends that has renamed a field. */
const renamed = z
  .object({ orderId: z.string().min(1), amount: z.number() })
  .transform(({ orderId, amount }) => ({ orderId, total: amount, card: undefined }));

export const shop = defineContract("shop", {
  OrderPlaced: event({
    schema: process.env.SCHEMA === "amount" ? z.union([order, renamed]) : order,
    group: (order) => order.orderId.split("-")[0] ?? "none",
  }),
});

const state = process.env.STATE ?? "";

/**
 * Fails while the file `broken` is there: with `declined` in it for every order, with `odd` for odd totals only, with
 * `some` for three totals of ten. */
function charge(orderId: string, total: number): void {
  const broken = join(state, "broken");
  const how = existsSync(broken) ? readFileSync(broken, "utf8") : "";
  if (how === "some" && total % 10 < 3) {
    throw new PermanentError("cannot charge: card expired");
  }
  if (how === "declined" || (how === "odd" && total % 2 === 1)) {
    throw new PermanentError(`cannot charge order ${orderId}: gateway said ${400 + total}`);
  }
  if (how === "down") {
    throw new Error("ECONNREFUSED: the ledger does not respond");
  }
  if (how === "type") {
    throw new PermanentError("unexpected null in card");
  }
}

export const handler = consume(
  shop,
  {
    OrderPlaced: ({ orderId, total }) => {
      charge(orderId, total);
      appendFileSync(join(state, "effects"), `${orderId}\n`);
    },
  },
  { consumer: process.env.FANFARE_CONSUMER ?? "shop.Billing" },
);
