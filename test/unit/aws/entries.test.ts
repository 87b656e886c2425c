import fc from "fast-check";
import { expect, it } from "vitest";
import { EntryError, entryResults, isTransient } from "../../../lib/aws/index.ts";

it("entryResults gives each entry its own result, whatever their order, and an error to those that are not named", () => {
  const kinds = fc.array(fc.constantFrom("taken", "failed", "missing"), { maxLength: 10 });
  fc.assert(
    fc.property(kinds, fc.boolean(), (entries, reversed) => {
      const at = (kind: string) => entries.flatMap((each, index) => (each === kind ? [String(index)] : []));
      const ordered = (ids: string[]) => (reversed ? ids.reverse() : ids);
      const results = entryResults(entries.length, {
        Successful: ordered(at("taken")).map((Id) => ({ Id, MessageId: `m-${Id}` })),
        Failed: ordered(at("failed")).map((Id) => ({ Id, Code: "InvalidParameter", Message: Id, SenderFault: true })),
      });
      expect(results).toHaveLength(entries.length);
      for (const [index, kind] of entries.entries()) {
        const result = results[index];
        expect(result?.ok).toBe(kind === "taken");
        if (result?.ok) {
          expect(result.value.MessageId).toBe(`m-${index}`);
        } else {
          const code = kind === "failed" ? "InvalidParameter" : "NoResponse";
          expect(result?.error).toBeInstanceOf(EntryError);
          expect(result?.error).toMatchObject({ code, name: code });
          expect(isTransient(result?.error)).toBe(kind === "missing");
        }
      }
    }),
  );
});

it("entryResults takes a response without lists, and an entry without code", () => {
  expect(entryResults(1, {})).toMatchObject([{ ok: false, error: { code: "NoResponse" } }]);
  expect(entryResults(1, { Failed: [{ Id: "0" }] })).toMatchObject([{ ok: false, error: { code: "Unknown" } }]);
});
