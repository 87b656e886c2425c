import fc from "fast-check";
import type { Envelope } from "../../../lib/wire/index.ts";

/** Text of any UTF-16 code units, with those that are trouble more often than chance would have it. */
export const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc
    .array(fc.constantFrom("\uD800", "\uDFFF", "\uFFFE", "\uFFFF", "\u0000", "\u001F", "\u007F", "😀", '"', "\\", "é"))
    .map((parts) => parts.join("")),
);

/** Names of fields that are special to JavaScript's objects, and any others. */
const fieldName = fc.oneof(fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", ""), anyText);

/** Any JSON value, as JSON.parse would make it: `__proto__` is a field like others. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(null, true, false),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
    anyText,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.array(fc.tuple(fieldName, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).value;

/** Text that CloudEvents allows in an attribute. */
const attributeText = fc.string({ minLength: 1, maxLength: 30 });
const time = fc
  .date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true })
  .map((date) => date.toISOString());

/** Envelopes as Fanfare writes them. */
export const anyEnvelope: fc.Arbitrary<Envelope> = fc
  .record(
    {
      specversion: fc.constant("1.0" as const),
      id: attributeText,
      source: fc.constantFrom("urn:fanfare:orders", "https://example.com/orders", "/orders"),
      type: attributeText,
      time,
      subject: attributeText,
      datacontenttype: fc.constant("application/json"),
      dataversion: fc.integer({ min: 1, max: 1_000 }),
      partitionkey: attributeText,
      traceparent: attributeText,
      tracestate: attributeText,
      correlationid: attributeText,
      causationid: attributeText,
      expirytime: time,
      data: anyJson,
    },
    { requiredKeys: ["specversion", "id", "source", "type", "datacontenttype", "data"] },
  )
  .map((envelope) => ({ ...envelope }));
