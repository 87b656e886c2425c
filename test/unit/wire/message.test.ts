import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineContract, event } from "../../../lib/contract/index.ts";
import { composeMessage, type MessageOptions, parseJson, readEnvelope } from "../../../lib/wire/index.ts";

const contract = defineContract("orders", {
  Placed: event({
    schema: z.unknown(),
    attributes: { region: () => "eu" },
    expiresAfterSeconds: 60,
  }),
  Grouped: event({ schema: z.object({ id: z.string() }), group: (order) => order.id }),
  Forever: event({ schema: z.unknown(), expiresAfterSeconds: 1e300 }),
});
const { Placed, Grouped, Forever } = contract.events;
const compose = (options: MessageOptions = {}, data: unknown = {}) => composeMessage(Placed, "/s", data, data, options);

describe("composeMessage", () => {
  it("gives each event an id of its own, which is the deduplication id too", () => {
    const [one, other] = [compose(), compose()];
    expect(one.id).not.toBe(other.id);
    expect(one.deduplicationId).toBe(one.id);
    expect(readEnvelope(parseJson(one.body, "body")).id).toBe(one.id);
    expect(compose({ id: "a", deduplicationId: "b" })).toMatchObject({ id: "a", deduplicationId: "b" });
  });

  it("sets type and routing attributes", () => {
    expect(compose().attributes).toEqual({
      type: { DataType: "String", StringValue: "orders.Placed" },
      region: { DataType: "String", StringValue: "eu" },
    });
  });

  it("takes the group from the contract, and the option before it", () => {
    const of = (options: MessageOptions) => composeMessage(Grouped, "/s", { id: "7" }, { id: "7" }, options);
    expect(of({}).group).toBe("7");
    expect(of({ group: "other" }).group).toBe("other");
    expect(readEnvelope(parseJson(of({ group: "other" }).body, "body")).partitionkey).toBe("other");
    expect(compose().group).toBeUndefined();
    expect(compose().body).not.toContain("partitionkey");
  });

  it("makes the deduplication id of a given id with the type, or its SHA-256 where SQS would refuse it", () => {
    expect(compose({ id: "a" }).deduplicationId).toBe("orders.Placed:a");
    const long = createHash("sha256")
      .update(`orders.Placed:${"x".repeat(128)}`)
      .digest("hex");
    expect(compose({ id: "x".repeat(128) }).deduplicationId).toBe(long);
  });

  it("takes any text as id and group for a standard target, and gives SQS a hash of the group", () => {
    const message = composeMessage(Grouped, "/s", {}, { id: "größe 7" }, { id: "an id" }, false);
    expect(message).toMatchObject({ id: "an id", group: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(readEnvelope(parseJson(message.body, "body"))).toMatchObject({ id: "an id", partitionkey: "größe 7" });
  });

  it.each<[MessageOptions, string, string]>([
    [{ id: "" }, "Placed.id", "is empty"],
    [{ id: 5 as never }, "Placed.id", "is a number"],
    [{ group: "" }, "Placed.group", "is empty"],
    [{ group: {} as never }, "Placed.group", "is a object"],
  ])("refuses %j for a standard target", (options, field, what) => {
    expect(() => composeMessage(Placed, "/s", {}, {}, options, false)).toThrow(
      expect.objectContaining({
        code: "MessageInvalid",
        field,
        summary: `${field} ${what}`,
        remedy: "use a non-empty string",
      }),
    );
  });

  it("computes the expiry from the event's time, and takes the option before it", () => {
    const time = new Date("2026-11-21T12:00:00Z");
    const expiry = (options: MessageOptions) => readEnvelope(parseJson(compose(options).body, "body")).expirytime;
    expect(expiry({ time })).toBe("2026-11-21T12:01:00.000Z");
    expect(expiry({ time, expiresAt: new Date("2027-01-01T00:00:00Z") })).toBe("2027-01-01T00:00:00.000Z");
  });

  it.each([
    [{ id: "" }, "Placed.id"],
    [{ id: "with space" }, "Placed.id"],
    [{ id: "ü" }, "Placed.id"],
    [{ id: "x".repeat(129) }, "Placed.id"],
    [{ group: "" }, "Placed.group"],
    [{ group: "x".repeat(129) }, "Placed.group"],
    [{ group: "line\nbreak" }, "Placed.group"],
    [{ deduplicationId: "a b" }, "Placed.deduplicationId"],
  ] satisfies [MessageOptions, string][])("refuses %j", (options, field) => {
    expect(() => compose(options)).toThrow(
      expect.objectContaining({
        code: "MessageInvalid",
        field,
        limit: "128 characters",
        remedy: expect.stringContaining("1 to 128"),
      }),
    );
  });

  it("takes ids of 128 characters, with all the punctuation that SQS takes", () => {
    const id = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".padEnd(128, "x");
    expect(compose({ id }).id).toBe(id);
  });

  it("refuses a group that is not text, from a contract in JavaScript", () => {
    expect(() => composeMessage(Grouped, "/s", {}, { id: 7 }, {})).toThrow(
      expect.objectContaining({
        code: "MessageInvalid",
        field: "Grouped.group",
        message: expect.stringContaining("number"),
      }),
    );
  });

  it.each([
    ["time", { time: new Date(Number.NaN) }],
    ["time", { time: new Date("+012026-01-01T00:00:00Z") }],
    ["expiresAt", { expiresAt: new Date(Number.NaN) }],
  ] satisfies [string, MessageOptions][])("refuses a %s that cannot be written in RFC 3339", (name, options) => {
    expect(() => compose(options)).toThrow(
      expect.objectContaining({ code: "MessageInvalid", field: `Placed.${name}`, remedy: expect.any(String) }),
    );
  });

  it("refuses an expiry that lies beyond all time", () => {
    expect(() => composeMessage(Forever, "/s", {}, {}, {})).toThrow(
      expect.objectContaining({ code: "MessageInvalid", field: "Forever.expiresAt" }),
    );
  });

  it("refuses data that JSON cannot hold", () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    for (const data of [10n, { big: 1n }, circular]) {
      expect(() => compose({}, data)).toThrow(
        expect.objectContaining({ code: "SchemaMismatch", field: "Placed", remedy: expect.stringContaining("bigint") }),
      );
    }
  });
});
