/** Type tests: this file is never run. The compiler checks it; an unused `@ts-expect-error` is an error too. */
import { type } from "arktype";
import * as v from "valibot";
import { z } from "zod";
import {
  type Contract,
  createPublisher,
  defineContract,
  event,
  PublishError,
  type Published,
  type Publisher,
  s3PayloadStore,
} from "../../lib/index.ts";

const orders = defineContract("orders", {
  Placed: event({
    schema: z.object({
      id: z.string(),
      region: z.enum(["eu", "us"]),
      express: z.boolean().default(false),
      at: z.iso.datetime().transform((text) => new Date(text)),
      note: z.string().optional(),
    }),
    group: (order) => order.at.toISOString(),
  }),
  Cancelled: event({ schema: v.object({ id: v.string(), reason: v.optional(v.string(), "none") }) }),
  Paid: event({ schema: type({ id: "string", amount: "number", "currency?": "string" }) }),
});

const publish = createPublisher(orders);
const order = { id: "1", region: "eu", at: "2026-11-21T12:00:00Z" } as const;

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <_Condition extends true>(): void => {};

// What is published is the schema's input: defaults and optional fields may be left out, transforms have not run.
export const published: Promise<Published> = publish("Placed", order);
publish("Placed", { ...order, express: true, note: "ring twice" });
publish("Cancelled", { id: "1" });
publish("Paid", { id: "1", amount: 5 });
publish("Placed", order, { id: "e", time: new Date(), group: "g", signal: AbortSignal.timeout(1), delaySeconds: 5 });
export const flushed: [Promise<void>, Promise<void>] = [publish.flush(), publish.close()];
holds<Equal<Published["sequenceNumber"], string | undefined>>();

// @ts-expect-error no such event
publish("Placedd", order);
// @ts-expect-error the payload of another event
publish("Placed", { id: "1" });
// @ts-expect-error a field is missing
publish("Paid", { id: "1" });
// @ts-expect-error a field has the wrong type
publish("Paid", { id: "1", amount: "5" });
// @ts-expect-error a literal that the schema does not have
publish("Placed", { ...order, region: "asia" });
// @ts-expect-error a field that the schema does not have
publish("Cancelled", { id: "1", raeson: "typo" });
// @ts-expect-error the output of a transform is not what is published
publish("Placed", { ...order, at: new Date() });
// @ts-expect-error the payload is missing
publish("Placed");
// @ts-expect-error no such option
publish("Placed", order, { dedupId: "x" });
// @ts-expect-error times are dates
publish("Placed", order, { time: "2026-11-21T12:00:00Z" });
// @ts-expect-error a name that is not known to be one of the events
publish("Placed" as string, order);

// A name that may be one of two events needs a payload that fits.
declare const name: "Cancelled" | "Paid";
publish(name, { id: "1", amount: 5 });

// A publisher of these events can be handed on as such, and not as one of others.
export const handed: Publisher<typeof orders> = publish;
declare const other: Contract<"other", { Moved: (typeof orders)["events"]["Paid"]["definition"] }>;
// @ts-expect-error a publisher of other events
export const wrongPublisher: Publisher<typeof other> = publish;

createPublisher(orders, { target: "arn", maxAttempts: 3, compress: "zstd", payloads: s3PayloadStore({}) });
// @ts-expect-error no such compression
createPublisher(orders, { compress: "br" });
// @ts-expect-error no such option
createPublisher(orders, { topicArn: "arn" });
// @ts-expect-error not a contract
createPublisher({ name: "orders", events: {} });
// @ts-expect-error a location is a bucket and a prefix
s3PayloadStore({ location: "bucket/prefix" });

declare const caught: unknown;
if (caught instanceof PublishError) {
  holds<Equal<typeof caught.entry.data, unknown>>();
  // @ts-expect-error the entry is not to be changed
  caught.entry.event = "Other";
}

// A schema whose input JSON cannot hold could never be received: the compiler refuses it, and says where.
event({ schema: z.object({ at: z.coerce.date(), any: z.any(), unknown: z.unknown(), json: z.json() }) });
event({
  schema: z.object({ name: z.string(), message: z.string(), tags: z.array(z.string()), pair: z.tuple([z.null()]) }),
});
event({ schema: z.object({ id: z.string().brand<"Id">(), map: z.record(z.string(), z.number().optional()) }) });
event({
  schema: z.discriminatedUnion("kind", [z.object({ kind: z.literal("a") }), z.object({ kind: z.literal("b") })]),
});
event({
  schema: v.pipe(
    v.string(),
    v.transform((text) => new Map([[text, 1]])),
  ),
});
event({ schema: type({ at: "string.date.parse" }) });
interface Tree {
  readonly name: string;
  readonly children: readonly Tree[];
}
declare const tree: z.ZodType<Tree, Tree>;
event({ schema: tree });

// @ts-expect-error data.at is an object of a class
event({ schema: z.object({ at: z.date() }) });
// @ts-expect-error data is an object of a class
event({ schema: z.date() });
// @ts-expect-error data.at is an object of a class, also when it is optional
event({ schema: z.object({ at: z.date().optional() }) });
// @ts-expect-error data.lines[].total is a bigint
event({ schema: z.object({ lines: z.array(z.object({ total: z.bigint() })) }) });
// @ts-expect-error data.m is an object of a class
event({ schema: z.object({ m: z.map(z.string(), z.number()) }) });
// @ts-expect-error data.s is an object of a class
event({ schema: z.object({ s: z.set(z.string()) }) });
// @ts-expect-error data.f is a function
event({ schema: z.object({ f: z.custom<() => void>() }) });
// @ts-expect-error data.bytes is an object of a class
event({ schema: v.object({ bytes: v.instance(Uint8Array) }) });
// @ts-expect-error data is a bigint
event({ schema: v.bigint() });
// @ts-expect-error data.at is an object of a class
event({ schema: type({ at: "Date" }) });
// @ts-expect-error data.key is a symbol
event({ schema: type({ key: "symbol" }) });
