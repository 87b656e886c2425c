import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isWithin, parseLocations } from "../../../lib/payload/index.ts";

const parse = (text: string) => parseLocations(text, "FANFARE_PAYLOAD_SOURCES");

describe("parseLocations", () => {
  it.each([
    ["my-bucket/orders/", [{ bucket: "my-bucket", prefix: "orders/" }]],
    ["my-bucket", [{ bucket: "my-bucket", prefix: "" }]],
    ["my-bucket/", [{ bucket: "my-bucket", prefix: "" }]],
    ["my-bucket/contract", [{ bucket: "my-bucket", prefix: "contract/" }]],
    ["my-bucket/a/b/", [{ bucket: "my-bucket", prefix: "a/b/" }]],
    [
      " one.bucket/a/ , two-bucket/b/ ,, ",
      [
        { bucket: "one.bucket", prefix: "a/" },
        { bucket: "two-bucket", prefix: "b/" },
      ],
    ],
    ["", []],
    [" , ", []],
  ])("reads %j", (text, locations) => {
    expect(parse(text)).toEqual(locations);
  });

  it.each(["/orders/", "My-Bucket/orders", "ab", "-bucket/x", "s3://bucket/x", `${"b".repeat(64)}/x`, "fine/a,b?/c"])(
    "refuses %j, naming variable and remedy",
    (text) => {
      expect(() => parse(text)).toThrow(
        expect.objectContaining({
          code: "ConfigurationInvalid",
          field: "FANFARE_PAYLOAD_SOURCES",
          remedy: expect.stringContaining("bucket/prefix"),
        }),
      );
    },
  );
});

describe("isWithin", () => {
  const locations = parse("payloads/orders/,shared");

  it.each([
    ["payloads", "orders/1"],
    ["payloads", "orders/2026/1"],
    ["payloads", "orders/..hidden"],
    ["payloads", "orders/a...b/c"],
    ["shared", "anything"],
  ])("takes s3://%s/%s", (bucket, key) => {
    expect(isWithin(locations, bucket, key)).toBe(true);
  });

  it.each([
    ["payloads", "orders2/1"],
    ["payloads", "orders"],
    ["payloads", "Orders/1"],
    ["payloads", "/orders/1"],
    ["payloads", "secrets/1"],
    ["payloads", ""],
    ["payloads2", "orders/1"],
    ["Payloads", "orders/1"],
    ["payloads/orders", "1"],
    ["", "orders/1"],
    // S3 takes keys literally, but not every endpoint and proxy between does.
    ["payloads", "orders/../secrets/1"],
    ["payloads", "orders/./../secrets/1"],
    ["payloads", "orders/.."],
    ["shared", "../payloads/secrets/1"],
    ["shared", "."],
  ])("refuses s3://%s/%s", (bucket, key) => {
    expect(isWithin(locations, bucket, key)).toBe(false);
  });

  it.each([
    ["contract", "contract-evil/1"],
    ["contract", "contract2"],
    ["contract", "contract.old/1"],
    ["contract/a", "contract/ab/1"],
    ["contract", "contract"],
  ])("the prefix %s without a slash does not admit its neighbour %s", (prefix, key) => {
    expect(isWithin(parse(`payloads/${prefix}`), "payloads", key)).toBe(false);
    expect(isWithin([{ bucket: "payloads", prefix }], "payloads", key)).toBe(false);
    expect(isWithin([{ bucket: "payloads", prefix }], "payloads", `${prefix}/1`)).toBe(true);
  });

  it("allows nothing when nothing is configured", () => {
    fc.assert(fc.property(fc.string(), fc.string(), (bucket, key) => !isWithin([], bucket, key)));
  });

  it("never lets a URL lead out of the location", () => {
    const segment = fc.constantFrom("..", ".", "orders", "a", "", "secrets");
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 6 }), (segments) => {
        const key = segments.join("/");
        if (!isWithin(locations, "payloads", key)) {
          return;
        }
        expect(new URL(`http://127.0.0.1/payloads/${key}`).pathname).toMatch(/^\/payloads\/orders\//);
      }),
      { numRuns: 500 },
    );
  });
});
