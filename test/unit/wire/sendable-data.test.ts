import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sendableData } from "../../../lib/wire/index.ts";

const circular: Record<string, unknown> = {};
circular.self = { circular };

class Money {
  #cents = 5;
  get cents(): number {
    return this.#cents;
  }
}

describe("what JSON cannot hold is refused, with its path", () => {
  test.each<[unknown, string, string]>([
    [{ total: Number.POSITIVE_INFINITY }, "E.total", "Infinity"],
    [{ total: Number.NaN }, "E.total", "NaN"],
    [{ lines: [1, undefined, 3] }, "E.lines.1", "undefined"],
    // biome-ignore lint/suspicious/noSparseArray: the hole is what is tested.
    [{ lines: [1, , 3] }, "E.lines.1", "undefined"],
    [{ cents: 12n }, "E.cents", "bigint"],
    [{ at: new Date(0) }, "E.at", "Date"],
    [{ deep: [{ at: new Map([["a", 1]]) }] }, "E.deep.0.at", "Map"],
    [{ tags: new Set(["a"]) }, "E.tags", "Set"],
    [{ bytes: Buffer.from("a") }, "E.bytes", "Buffer"],
    [{ bytes: new Uint8Array(2) }, "E.bytes", "Uint8Array"],
    [{ link: new URL("https://example.org") }, "E.link", "URL"],
    [{ match: /a/ }, "E.match", "RegExp"],
    [{ error: new Error("no") }, "E.error", "Error"],
    [{ later: Promise.resolve() }, "E.later", "Promise"],
    [{ boxed: Object(5) }, "E.boxed", "Number"],
    [{ money: new Money() }, "E.money", "Money"],
    [{ own: { toJSON: () => "other" } }, "E.own", "Object"],
    [{ call: () => 5 }, "E.call", "function"],
    [{ mark: Symbol("s") }, "E.mark", "symbol"],
    [{ marked: { [Symbol("mark")]: 1 } }, "E.marked", "Symbol(mark)"],
    [{ list: Object.assign([1], { 2: 3 }) }, "E.list.1", "undefined"],
    [circular, "E.self.circular", "circular"],
    [Number.NEGATIVE_INFINITY, "E", "Infinity"],
    [new Date(0), "E", "Date"],
  ])("%o", (data, field, what) => {
    expect(() => sendableData("E", data)).toThrow(
      expect.objectContaining({
        code: "SchemaMismatch",
        field,
        message: expect.stringContaining(what),
        remedy: expect.any(String),
      }),
    );
  });

  class Named {
    readonly value = 1;
  }
  const nameless = { deep: Object.create({ inherited: 1 }, { constructor: { value: undefined } }) };
  const deep = JSON.parse(`${"[".repeat(1_001)}${"]".repeat(1_001)}`);

  test.each<[unknown, string, string]>([
    [{ n: Number.NaN }, "E.n is NaN, which JSON cannot hold", "use a finite number, or null"],
    [{ l: [undefined] }, "E.l.0 is undefined, which JSON cannot hold", "use null, or leave the item out"],
    [{ n: 1n }, "E.n is a bigint, which JSON cannot hold", "send bigints as strings"],
    [{ f: () => 1 }, "E.f is a function, which JSON cannot hold", "leave it out"],
    [{ s: Symbol("s") }, "E.s is a symbol, which JSON cannot hold", "leave it out"],
    [{ at: new Date(0) }, "E.at is an object of the class Date, which JSON cannot hold", "send date.toISOString()"],
    [
      { o: new Named() },
      "E.o is an object of the class Named, which JSON cannot hold",
      "send what it is made of, as a plain object",
    ],
    [
      nameless,
      "E.deep is an object of the class unknown, which JSON cannot hold",
      "send what it is made of, as a plain object",
    ],
    [
      { [Symbol("s")]: 1 },
      "E is an object with the key Symbol(s), which JSON cannot hold",
      "name the field with a string",
    ],
    [circular, "E.self.circular is a circular reference, which JSON cannot hold", "send an id in place of the object"],
  ])("and with what to do instead: %o", (data, summary, remedy) => {
    expect(() => sendableData("E", data)).toThrow(expect.objectContaining({ summary, remedy }));
  });

  test.each<[string, string]>([
    ["", "unknown"],
    ["N".repeat(200), "N".repeat(100)],
  ])("and with the name of its class, if that has one, of at most 100 characters: %j", (name, told) => {
    const made = new (Object.defineProperty(class extends Named {}, "name", { value: name }))();
    expect(() => sendableData("E", made)).toThrow(`E is an object of the class ${told}, which JSON cannot hold`);
  });

  test("but no field that is called toJSON, and no key that JSON would leave out", () => {
    const data = Object.defineProperty({ toJSON: "text" }, Symbol("hidden"), { value: 1, enumerable: false });
    expect(sendableData("E", data)).toEqual({ toJSON: "text" });
  });

  test("and data that is nested too deep, with 300 characters of its path", () => {
    expect(() => sendableData("E", deep)).toThrow(
      expect.objectContaining({
        summary: expect.stringMatching(/^E[.0]+ is nested more than 1000 levels deep, which JSON cannot hold$/),
        field: expect.stringMatching(/^E[.0]{299}$/),
        remedy: "send a flat list",
      }),
    );
    expect(() => sendableData("E", deep[0])).not.toThrow();
  });

  const refuse = (): never => {
    throw new Error("s3cret");
  };

  test.each<[string, () => unknown]>([
    ["a getter that throws", () => Object.defineProperty({}, "at", { get: refuse, enumerable: true })],
    ["a proxy that throws", () => ({ deep: new Proxy({}, { ownKeys: refuse }) })],
    ["a toJSON that cannot be read", () => Object.defineProperty({}, "toJSON", { get: refuse })],
  ])("%s, without its message", (_, make) => {
    const refused = expect.objectContaining({ code: "SchemaMismatch", field: "E" });
    expect(() => sendableData("E", make())).toThrow(refused);
    expect(() => sendableData("E", make())).not.toThrow("s3cret");
  });

  test("data that is too deep, instead of an overflow of the stack", () => {
    let deep: unknown = 1;
    for (let level = 0; level < 100_000; level++) {
      deep = { deep };
    }
    expect(() => sendableData("E", deep)).toThrow(expect.objectContaining({ code: "SchemaMismatch" }));
  });
});

describe("what is left arrives as it is", () => {
  test.each([undefined, null, 0, "", false, [], {}, [null], { a: { b: [1, "2", true, null] } }])("%o", (data) => {
    expect(sendableData("E", data)).toEqual(data);
  });

  test("fields that are undefined are absent, and validated as absent", () => {
    expect(Object.keys(sendableData("E", { a: undefined, b: 1 }) as object)).toEqual(["b"]);
  });

  test("-0 is validated as the 0 that JSON makes of it", () => {
    expect(Object.is(sendableData("E", -0), 0)).toBe(true);
    expect(sendableData("E", { list: [-0] })).toStrictEqual({ list: [0] });
  });

  test.each(["\ud800", "a\udfffb", "\u0000", "\ufffe"])("text with the character %j", (text) => {
    expect(JSON.parse(JSON.stringify(sendableData("E", { text })))).toEqual({ text });
  });

  test("the same object twice is no circle", () => {
    const address = { city: "Bonn" };
    expect(sendableData("E", { from: address, to: address })).toEqual({ from: address, to: address });
  });

  test("objects without a prototype, and fields called __proto__", () => {
    const bare = Object.assign(Object.create(null), { a: 1 });
    expect(sendableData("E", bare)).toEqual({ a: 1 });
    const parsed = JSON.parse('{"__proto__":{"polluted":1}}');
    expect(JSON.stringify(sendableData("E", parsed))).toBe('{"__proto__":{"polluted":1}}');
  });

  test("property: whatever is accepted survives JSON", () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withSparseArray: true }), (data) => {
        let sent: unknown;
        try {
          sent = sendableData("E", data);
        } catch (error) {
          expect(error).toMatchObject({ code: "SchemaMismatch" });
          return;
        }
        if (sent !== undefined) {
          // JSON has no -0.
          const noMinusZero = (_: string, value: unknown) => (value === 0 ? 0 : value);
          expect(JSON.parse(JSON.stringify(sent))).toEqual(JSON.parse(JSON.stringify(sent), noMinusZero));
          expect(structuredClone(JSON.parse(JSON.stringify(sent)))).toEqual(JSON.parse(JSON.stringify(data)));
        }
      }),
    );
  });
});
