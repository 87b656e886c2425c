/** Type tests: this file is never run. The compiler checks it; an unused `@ts-expect-error` is an error too. */
import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";
import {
  type Attributes,
  defineContract,
  event,
  type Payload,
  type PayloadInput,
  type Where,
} from "../../lib/contract/index.ts";

const orders = defineContract("orders", {
  OrderPlaced: event({
    version: 2,
    schema: z.object({
      orderId: z.string(),
      region: z.enum(["eu", "us"]),
      total: z.number(),
      express: z.boolean().default(false),
    }),
    attributes: {
      region: (order) => order.region,
      total: (order) => order.total,
      express: (order) => order.express,
    },
    group: (order) => order.orderId,
    upcast: { 1: (older) => ({ ...older, region: "eu" }) },
  }),
  OrderCancelled: event({
    schema: v.object({ orderId: v.string(), reason: v.string() }),
    attributes: { reason: (order) => order.reason },
  }),
  OrderPaid: event({ schema: type({ orderId: "string", amount: "number" }) }),
});

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_Condition extends true>(): void => {};

holds<Equal<(typeof orders)["name"], "orders">>();
holds<
  Equal<
    Payload<typeof orders, "OrderPlaced">,
    { orderId: string; region: "eu" | "us"; total: number; express: boolean }
  >
>();
holds<Equal<PayloadInput<typeof orders, "OrderPlaced">["express"], boolean | undefined>>();
holds<Equal<Payload<typeof orders, "OrderCancelled">, { orderId: string; reason: string }>>();
holds<Equal<Payload<typeof orders, "OrderPaid">, { orderId: string; amount: number }>>();
holds<Equal<Attributes<typeof orders, "OrderPlaced">, { region: "eu" | "us"; total: number; express: boolean }>>();

export const fine: Where<typeof orders, "OrderPlaced"> = {
  region: ["eu", { prefix: "u" }],
  total: [{ numeric: [">=", 100, "<", 1000] }, 5],
  express: [true, { exists: false }],
};
export const alternatives: Where<typeof orders, "OrderPlaced"> = { $or: [{ region: ["eu"] }, { total: [1] }] };
export const acrossEvents: Where<typeof orders> = {
  reason: [{ "anything-but": ["fraud"] }, { exists: false }],
  region: [{ exists: false }, "us"],
};
export const alternativesAcrossEvents: Where<typeof orders> = { $or: [{ region: ["eu"] }, { reason: ["fraud"] }] };
// @ts-expect-error the events without a region would never arrive
export const onlySomeEvents: Where<typeof orders> = { region: ["eu"] };

// @ts-expect-error no event sets this attribute
export const unknownAttribute: Where<typeof orders> = { colour: ["red"] };
// @ts-expect-error OrderCancelled does not set region
export const otherEvent: Where<typeof orders, "OrderCancelled"> = { region: ["eu"] };
// @ts-expect-error "asia" is not one of the schema's regions
export const wrongLiteral: Where<typeof orders> = { region: ["asia"] };
// @ts-expect-error a number attribute has no prefix
export const wrongOperator: Where<typeof orders> = { total: [{ prefix: "1" }] };
// @ts-expect-error text attributes have no numeric conditions
export const numericOnText: Where<typeof orders> = { region: [{ numeric: [">", 1] }] };
// @ts-expect-error ranges go from a lower to an upper bound
export const wrongRange: Where<typeof orders> = { total: [{ numeric: ["<", 1, ">", 5] }] };
// @ts-expect-error conditions are lists
export const notAList: Where<typeof orders> = { region: "eu" };
// @ts-expect-error there is no such event
export type NoSuchEvent = Payload<typeof orders, "OrderPlacedd">;

event({
  schema: z.object({ orderId: z.string() }),
  // @ts-expect-error the payload has no such field
  attributes: { region: (order) => order.region },
});
event({
  schema: z.object({ orderId: z.string() }),
  // @ts-expect-error an attribute is text, a number, true or false, or a list of text
  attributes: { region: () => new Date() },
});
event({
  schema: z.object({ size: z.number() }),
  // @ts-expect-error a group is text
  group: (order) => order.size,
});
// @ts-expect-error a schema is needed
event({ version: 1 });
// @ts-expect-error not a Standard Schema
event({ schema: { orderId: "string" } });
