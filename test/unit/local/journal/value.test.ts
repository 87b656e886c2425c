import fc from "fast-check";
import { expect, test } from "vitest";
import { fromJson, toJson } from "../../../../lib/local/journal/value.ts";

function memory() {
  const kept = new Map<string, Uint8Array>();
  return {
    kept,
    put: (bytes: Uint8Array) => {
      const name = String(kept.size);
      kept.set(name, bytes.slice());
      return name;
    },
    get: (name: string) => kept.get(name) ?? new Uint8Array(),
  };
}

/** Names that look like marks are the caller's own, for instance tags. */
const names = fc.oneof(
  fc.string(),
  fc.constantFrom("$bytes", "$file", "$date", "$entries", "__proto__", "toJSON", "0"),
);

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.string({ unit: "binary" }),
    fc.double().map((number) => (Object.is(number, -0) ? 0 : number)),
    fc.boolean(),
    fc.constant(null),
    fc.uint8Array(),
    fc.constantFrom(16_383, 16_384).map((length) => new Uint8Array(length).fill(9)),
    fc.date({ noInvalidDate: true }),
    fc.array(tie("value")),
    fc.dictionary(names, tie("value"), { noNullPrototype: true }),
  ),
})).value;

test("values come back as they went through JSON", () => {
  fc.assert(
    fc.property(values, (value) => {
      const store = memory();
      expect(fromJson(JSON.parse(JSON.stringify(toJson(value, store))), store)).toEqual(value);
    }),
  );
});

test("only large bytes go into files; what is undefined is left out", () => {
  const store = memory();
  expect(toJson({ small: new Uint8Array(3), gone: undefined }, store)).toEqual({ small: { $bytes: "AAAA" } });
  expect(store.kept.size).toBe(0);
  expect(toJson(new Uint8Array(16_384), store)).toEqual({ $file: "0" });
});
