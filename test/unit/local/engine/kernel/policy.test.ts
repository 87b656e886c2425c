import { expect, test } from "vitest";
import {
  addressBits,
  addressRange,
  evaluatePolicy,
  type Requester,
} from "../../../../../lib/local/engine/kernel/index.ts";

const RESOURCE = "arn:aws:sns:eu-central-1:111111111111:orders";
const account: Requester = { kind: "account", accountId: "222222222222" };
const statement = { Effect: "Allow", Principal: { AWS: "222222222222" }, Action: "sns:*", Resource: "*" };

function decide(change: object, requester: Requester = account) {
  const policy = JSON.stringify({ Statement: { ...statement, ...change } });
  return evaluatePolicy(policy, { requester, action: "sns:Publish", resource: RESOURCE, now: 0 });
}

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

test.each(["aws:CurrentTime", "AWS:currenttime", "aws:\\u0043urrentTime", "aws:EpochTime"])(
  "a policy with a condition on %s decides by the time of each request",
  (key) => {
    const policy = `{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"DateLessThan":{"${key}":"2026-11-30T00:00:00Z"}}}}`;
    const at = (time: string) => {
      const requester = { kind: "account", accountId: "111111111111" } as const;
      return evaluatePolicy(policy, { requester, action: "sns:Publish", resource: RESOURCE, now: Date.parse(time) });
    };
    const days = ["2026-11-29T23:59:59Z", "2026-11-30T00:00:01Z", "2026-11-29T00:00:00Z"];
    expect(days.map(at)).toEqual(["allowed", "implicitlyDenied", "allowed"]);
  },
);

test("decisions of one policy for different requests do not mix", () => {
  const statement = (Effect: string, Action: string, Resource: string) => ({
    Effect,
    Principal: "*",
    Action,
    Resource,
  });
  const policy = JSON.stringify({
    Statement: [statement("Allow", "sns:*", "*"), statement("Deny", "sns:Publish", "b")],
  });
  const decisions = [
    ["sns:Publish", "a"],
    ["sns:Publish", "b"],
    ["sns:Subscribe", "b"],
    ["sqs:SendMessage", "a"],
  ].map(([action = "", resource = ""]) => {
    const requester = { kind: "account", accountId: "111111111111" } as const;
    return [1, 2].map(() => evaluatePolicy(policy, { requester, action, resource, now: 0 }));
  });
  expect(decisions.map(([first]) => first)).toEqual(["allowed", "explicitlyDenied", "allowed", "implicitlyDenied"]);
  expect(decisions.map(([, again]) => again)).toEqual(decisions.map(([first]) => first));
});
