import { Stack } from "aws-cdk-lib";
import { expect, test } from "vitest";
import { FanoutTopic } from "../../../infra/constructs/index.ts";
import { orders } from "../fixtures/contract.ts";
import { ACCEPTED, describeFindings, unaccepted } from "../review/findings.ts";
import { nagFindings } from "../review/nag.ts";
import { addOptionStacks } from "../review/stacks.ts";
import { newApp } from "./support.ts";

test("the checks are at work: a topic that takes messages without TLS is found", () => {
  const app = newApp();
  const stack = new Stack(app, "Shop");
  new FanoutTopic(stack, "Orders", { contract: orders, alarms: false, topicProps: { enforceSSL: false } });
  const rules = unaccepted(nagFindings(app)).map(({ rule, path }) => `${rule} ${path}`);
  expect(rules).toContain("AwsSolutions-SNS3 Shop/Orders/Topic/Resource");
});

test("every accepted finding has a reason", () => {
  const { length } = ACCEPTED;
  expect(length).toBeGreaterThan(10);
  expect(
    ACCEPTED.filter(({ rules, paths, reason }) => rules.length === 0 || paths.length === 0 || reason.length < 30),
  ).toEqual([]);
});

test("every option with a key: no pack finds what accepted.json does not accept", () => {
  const app = newApp();
  addOptionStacks(app);
  expect(describeFindings(unaccepted(nagFindings(app)))).toBe("");
});
