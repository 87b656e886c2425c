import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addressBits,
  addressRange,
  evaluatePolicy,
  type Requester,
} from "../../../../../lib/local/engine/kernel/index.ts";
import { matchesPattern } from "../../../../../lib/local/engine/kernel/policy/pattern.ts";

const RESOURCE = "arn:aws:sns:eu-central-1:111111111111:orders";
const account: Requester = { kind: "account", accountId: "222222222222" };
const statement = { Effect: "Allow", Principal: { AWS: "222222222222" }, Action: "sns:*", Resource: "*" };

function decide(change: object, requester: Requester = account) {
  const policy = JSON.stringify({ Statement: { ...statement, ...change } });
  return evaluatePolicy(policy, { requester, action: "sns:Publish", resource: RESOURCE, now: 0 });
}

test("a pattern matches as the equivalent regular expression does", () => {
  const letters = (allowed: string) =>
    fc.array(fc.constantFrom(...allowed), { maxLength: 8 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(letters("ab.*?\n"), letters("ab.\n"), (pattern, text) => {
      const source = pattern.replaceAll(".", "\\.").replaceAll("*", "[^]*").replaceAll("?", "[^]");
      expect(matchesPattern(pattern, text)).toBe(new RegExp(`^${source}$`).test(text));
    }),
    { numRuns: 1_000 },
  );
});

test("a pattern of thousands of stars against a long string ends", () => {
  const text = "a".repeat(5_000);
  expect(matchesPattern(`${"*a".repeat(2_000)}b`, text)).toBe(false);
  expect(matchesPattern("*a".repeat(2_000), text)).toBe(true);
});

test.each([
  ["its id", "222222222222", "allowed"],
  ["its root", "arn:aws:iam::222222222222:root", "allowed"],
  ["a role of it", "arn:aws:iam::222222222222:role/service", "allowed"],
  ["a list with it", ["111111111111", "222222222222"], "allowed"],
  ["another account", "333333333333", "implicitlyDenied"],
  ["a pattern", "2222*", "implicitlyDenied"],
  ["an ARN without a prefix", "a:b:c:d:222222222222:root", "implicitlyDenied"],
])("an account is named by %s: %j %s", (_what, AWS, decision) => {
  expect(decide({ Principal: { AWS } })).toBe(decision);
});

test("an account is no service, and no canonical or federated user", () => {
  expect(decide({ Principal: { Service: "222222222222" } })).toBe("implicitlyDenied");
  expect(decide({ Principal: { CanonicalUser: "222222222222", Federated: "*" } })).toBe("implicitlyDenied");
});

test("NotPrincipal denies everybody else", () => {
  const others = (AWS: string) => decide({ Effect: "Deny", Principal: undefined, NotPrincipal: { AWS } });
  expect(others("222222222222")).toBe("implicitlyDenied");
  expect(others("111111111111")).toBe("explicitlyDenied");
  expect(others("*")).toBe("implicitlyDenied");
});

test.each([
  [{ IpAddress: { "aws:SourceIp": "127.0.0.0/8" } }, "allowed"],
  [{ IpAddress: { "aws:SourceIp": ["10.0.0.1", "127.0.0.1"] } }, "allowed"],
  [{ IpAddress: { "aws:SourceIp": "127.0.0.2" } }, "implicitlyDenied"],
  [{ IpAddress: { "aws:SourceIp": "::/0" } }, "implicitlyDenied"],
  [{ NotIpAddress: { "aws:SourceIp": "10.0.0.0/8" } }, "allowed"],
  [{ NotIpAddress: { "aws:SourceIp": "127.0.0.1/33" } }, "implicitlyDenied"],
  [{ NotIpAddress: { "aws:SourceIp": "localhost" } }, "implicitlyDenied"],
  [{ StringEquals: { "aws:PrincipalAccount": "222222222222" } }, "allowed"],
  [{ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::222222222222:*" } }, "allowed"],
  [{ BinaryEquals: { "aws:PrincipalAccount": "222222222222" } }, "allowed"],
  [{ Bool: { "aws:PrincipalIsAWSService": "false" } }, "allowed"],
  [{ DateEquals: { "aws:CurrentTime": "1970-01-01" } }, "allowed"],
])("the condition %j of an account: %s", (Condition, decision) => {
  expect(decide({ Condition })).toBe(decision);
});

test.each([
  ["10.0.0.0", 8, "10.255.0.1", true],
  ["10.0.0.7", 8, "11.0.0.1", false],
  ["0.0.0.0", 0, "192.0.2.1", true],
  ["2001:db8::", 32, "2001:db8:1::1", true],
  ["2001:db8::", 32, "2001:db9::", false],
  ["::", 0, "::1", true],
  ["10.0.0.0", 8, "::ffff:10.0.0.1", false],
  ["10.0.0.0", 8, "no address", false],
])("%s/%i contains %s: %s", (network, prefix, address, contained) => {
  expect(addressRange(network, prefix)(address)).toBe(contained);
});

test("addresses have 32 or 128 bits, or are none", () => {
  expect(["192.0.2.1", "::1", "fe80::1%eth0", "192.0.2", ""].map(addressBits)).toEqual([
    32,
    128,
    undefined,
    undefined,
    undefined,
  ]);
});
