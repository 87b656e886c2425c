import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineContract, event, type RoutingAttributes } from "../../../lib/contract/index.ts";
import { type FanfareError, isFanfareError } from "../../../lib/errors/index.ts";

const schema = z.object({ orderId: z.string() });

/** The error of a declaration that must be refused. */
function refusal(declare: () => unknown): FanfareError {
  try {
    declare();
  } catch (error) {
    if (isFanfareError(error, "ContractInvalid")) {
      return error;
    }
    throw error;
  }
  throw new Error("the declaration was not refused");
}

const attributes = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [name, () => "value"])) as Record<string, () => string>;

/** What is declared, the field that the error names, and parts of its message and remedy. */
const REFUSED: readonly [what: string, declare: () => unknown, field: string, message: RegExp, remedy: RegExp][] = [
  ["version 0", () => event({ schema, version: 0 }), "version", /version is 0/, /whole number from 1/],
  ["version 1.5", () => event({ schema, version: 1.5 }), "version", /version is 1.5/, /whole number/],
  ["version NaN", () => event({ schema, version: Number.NaN }), "version", /version is NaN/, /whole number/],
  [
    "an upcast from the current version",
    () => event({ schema, version: 2, upcast: { 1: (old) => old, 2: (old) => old } }),
    "upcast.2",
    /from version 2, but the event is at version 2/,
    /versions 1 to 1/,
  ],
  [
    "an upcast from version 0",
    () => event({ schema, version: 2, upcast: { 0: (old) => old } }),
    "upcast.0",
    /from version 0/,
    /versions 1 to 1/,
  ],
  [
    "a gap between upcasts",
    () => event({ schema, version: 4, upcast: { 1: (old) => old, 3: (old) => old } }),
    "upcast",
    /from version 1 but none from version 2/,
    /add the missing step/,
  ],
  [
    "upcasts that end too early",
    () => event({ schema, version: 3, upcast: { 1: (old) => old } }),
    "upcast",
    /from version 1 but none from version 2/,
    /add the missing step/,
  ],
  [
    "7 attributes",
    () => event({ schema, attributes: attributes("a", "b", "c", "d", "e", "f", "g") }),
    "attributes",
    /7 routing attributes are declared, but at most 6/,
    /more than 10 attributes, and Fanfare needs 4/,
  ],
  ["an empty type", () => event({ schema, type: "" }), "type", /type has 0 characters/, /1 to 256/],
  ["a type of 257 characters", () => event({ schema, type: "t".repeat(257) }), "type", /257/, /1 to 256/],
  ["an expiry of 0", () => event({ schema, expiresAfterSeconds: 0 }), "expiresAfterSeconds", /is 0/, /above 0/],
  [
    "an endless expiry",
    () => event({ schema, expiresAfterSeconds: Number.POSITIVE_INFINITY }),
    "expiresAfterSeconds",
    /is Infinity/,
    /above 0/,
  ],
  ["no events", () => defineContract("orders", {}), "events", /orders has no events/, /OrderPlaced/],
  [
    "two events of one type",
    () => defineContract("orders", { A: event({ schema, type: "same" }), B: event({ schema, type: "same" }) }),
    "events.B.type",
    /A and B have the same type "same"/,
    /different type for each event/,
  ],
  [
    "a type that is another event's default",
    () => defineContract("orders", { A: event({ schema }), B: event({ schema, type: "orders.A" }) }),
    "events.B.type",
    /A and B/,
    /different type for each event/,
  ],
];

describe("event and defineContract: what they refuse", () => {
  it.each(REFUSED)("%s", (_what, declare, field, message, remedy) => {
    const error = refusal(declare);
    expect(error.field).toBe(field);
    expect(error.summary).toMatch(message);
    expect(error.remedy).toMatch(remedy);
    expect(error.message).toContain(error.remedy);
  });

  it.each(["", "1orders", "my orders", "orders_", "ördërs", "-a", "o".repeat(65)])("the contract name %j", (name) => {
    const error = refusal(() => defineContract(name, { A: event({ schema }) }));
    expect(error).toMatchObject({ field: "name", limit: "64 characters" });
    expect(error.summary).toContain(`"${name}"`);
    expect(error.remedy).toContain("starting with a letter");
  });

  it.each(["", "1Placed", "Order-Placed", "Order Placed", "__proto__", "O".repeat(129)])(
    "the event name %j",
    (name) => {
      const error = refusal(() => defineContract("orders", Object.fromEntries([[name, event({ schema })]])));
      expect(error).toMatchObject({ field: `events.${name}`, limit: "128 characters" });
      expect(error.remedy).toContain("OrderPlaced");
    },
  );

  it.each(["", "a b", "AWS.region", "amazon.x", ".a", "a.", "a..b", "é", "a".repeat(257)])(
    "the attribute name %j",
    (name) => {
      const error = refusal(() => event({ schema, attributes: attributes(name) }));
      expect(error.field).toBe(`attributes.${name}`);
      expect(error.summary).toContain(`"${name}"`);
      expect(error.remedy).toContain("256 characters");
    },
  );

  it.each(["type", "Type", "ExtendedPayloadSize", "SQSLargePayloadSize", "fanfareFailure", "contentEncoding"])(
    "the attribute name %j, which Fanfare uses",
    (name) => {
      const error = refusal(() => event({ schema, attributes: attributes(name) }));
      expect(error.field).toBe(`attributes.${name}`);
      expect(error.summary).toContain("is reserved for Fanfare");
      expect(error.remedy).toContain("a name other than");
    },
  );

  it.each([undefined, null, "schema", 1, {}, { parse: () => 1 }])("a schema that is none: %j", (wrong) => {
    // @ts-expect-error what a JavaScript user may pass
    const error = refusal(() => event({ schema: wrong }));
    expect(error.field).toBe("schema");
    expect(error.remedy).toMatch(/zod.*valibot.*arktype/);
  });
});

describe("event and defineContract: what they make", () => {
  it("fills in version, type, and no attributes, group or expiry", () => {
    const { events } = defineContract("orders", { OrderPlaced: event({ schema }) });
    expect(events.OrderPlaced).toMatchObject({
      name: "OrderPlaced",
      type: "orders.OrderPlaced",
      definition: { version: 1, attributeNames: [], hasGroup: false, expiresAfterSeconds: undefined },
    });
    expect(events.OrderPlaced.definition.groupOf({ orderId: "1" })).toBeUndefined();
    expect(events.OrderPlaced.definition.attributesOf({ orderId: "1" })).toEqual({});
  });

  it("accepts what is just inside the limits", () => {
    const full = event({
      schema,
      version: 3,
      type: "t".repeat(256),
      upcast: { 2: (old) => old },
      attributes: attributes("a", "b.c", "d-e", "f_1", "g", "x".repeat(256)),
      expiresAfterSeconds: 0.5,
    });
    const contract = defineContract(`o${"x".repeat(63)}`, { [`E${"x".repeat(127)}`]: full });
    expect(Object.keys(contract.events)).toHaveLength(1);
  });

  it("finds events by type and knows no others", () => {
    const contract = defineContract("orders", {
      A: event({ schema }),
      B: event({ schema, type: "com.example.B" }),
    });
    expect(contract.eventOfType("orders.A")).toBe(contract.events.A);
    expect(contract.eventOfType("com.example.B")).toBe(contract.events.B);
    for (const type of ["orders.B", "A", "constructor", "__proto__", ""]) {
      expect(contract.eventOfType(type)).toBeUndefined();
    }
  });

  it("takes attributes and group from the payload, and leaves undefined to whoever sends", () => {
    const definition = event({
      schema: z.object({ orderId: z.string(), region: z.string().optional() }),
      attributes: { region: (order) => order.region, id: (order) => order.orderId },
      group: (order) => order.orderId,
    });
    const routing: RoutingAttributes = definition.attributesOf({ orderId: "7" });
    expect(routing).toEqual({ region: undefined, id: "7" });
    expect(definition.attributeNames).toEqual(["region", "id"]);
    expect(definition.groupOf({ orderId: "7" })).toBe("7");
    expect(definition.hasGroup).toBe(true);
  });

  it("keeps an attribute whose name means something to JavaScript", () => {
    const definition = event({ schema, attributes: attributes("__proto__", "constructor") });
    const routing = definition.attributesOf({ orderId: "7" });
    expect(Object.entries(routing)).toEqual([
      ["__proto__", "value"],
      ["constructor", "value"],
    ]);
  });
});
