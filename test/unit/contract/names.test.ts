import { describe, expect, it } from "vitest";
import { defineContract, event } from "../../../lib/contract/index.ts";
import * as names from "../../../lib/names/index.ts";

describe("publisherVariables", () => {
  it.each([
    ["orders", "FANFARE_ORDERS_TARGET"],
    ["web-shop", "FANFARE_WEB_SHOP_TARGET"],
    ["webShop2", "FANFARE_WEBSHOP2_TARGET"],
  ])("of %s are called after it, in letters that every shell takes", (contract, target) => {
    const variables = names.publisherVariables(contract);
    expect(variables.target).toBe(target);
    expect(new Set(Object.values(variables)).size).toBe(3);
    for (const variable of Object.values(variables)) {
      expect(variable).toMatch(/^[A-Z][A-Z0-9_]*$/);
    }
  });
});

describe("the attributes that Fanfare sets itself", () => {
  it("leave room on one message for what a contract may declare", () => {
    // Of the two offload attributes only one is ever set.
    const own = names.RESERVED_ATTRIBUTES.length - 1;
    expect(own + names.MAX_ROUTING_ATTRIBUTES).toBe(names.MAX_MESSAGE_ATTRIBUTES);
    expect(names.MAX_MESSAGE_ATTRIBUTES).toBe(10);
  });

  it("cannot be declared by a contract, all that names lists", () => {
    const schema = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;
    for (const reserved of names.RESERVED_ATTRIBUTES) {
      expect(() =>
        defineContract("c", { E: event({ schema, attributes: Object.fromEntries([[reserved, () => "x"]]) }) }),
      ).toThrow(expect.objectContaining({ code: "ContractInvalid", field: `attributes.${reserved}` }));
    }
  });
});

describe("environment variables", () => {
  it("have names of their own", () => {
    const all = Object.values(names.ENVIRONMENT);
    expect(new Set(all).size).toBe(all.length);
    for (const variable of all) {
      expect(variable).toMatch(/^FANFARE_[A-Z_]+$/);
    }
  });
});
