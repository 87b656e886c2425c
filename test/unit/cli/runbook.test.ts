import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runbookOf } from "../../../lib/cli/runbook/page.ts";
import type { FleetQueue, FleetSubscriber } from "../../../lib/ops/index.ts";

const PAGE = readFileSync(new URL("../../../docs/runbook.md", import.meta.url), "utf8");

const queueNamed = (name: string): FleetQueue => ({
  name,
  arn: `arn:aws:sqs:eu-central-1:111122223333:${name}`,
  url: `https://sqs/${name}`,
  fifo: false,
  retentionSeconds: 345_600,
  visibilityTimeoutSeconds: 30,
  redrive: undefined,
  policy: undefined,
  encrypted: true,
  kmsKeyId: undefined,
});

const subscriber = (name: string): FleetSubscriber => ({
  name,
  aliases: [name],
  contract: undefined,
  consumer: undefined,
  guarantee: undefined,
  queue: queueNamed(`${name}-queue`),
  deadLetterQueue: queueNamed(`${name}-dead`),
  subscriptions: [],
  subscriptionDeadLetterQueues: [],
  mappings: [],
  table: undefined,
  promised: undefined,
});

const commandsIn = (text: string) => text.split("\n").filter((line) => line.startsWith("fanfare "));

test("each command is there for each subscriber, and nothing else has changed", () => {
  const text = runbookOf(PAGE, { subscribers: [subscriber("Orders/Audit"), subscriber("Mail")], place: "" });
  const [own, others] = [commandsIn(text), commandsIn(PAGE)];
  const placed = others.filter((line) => line.includes("Billing"));
  expect(own).not.toContain(expect.stringContaining("Billing"));
  for (const line of placed) {
    expect(own).toContain(line.replace("Billing", "Orders/Audit"));
    expect(own).toContain(line.replace("Billing", "Mail"));
  }
  expect(text.match(/^## .*$/gm)).toEqual(PAGE.match(/^## .*$/gm));
  expect(text).toContain("| Mail | none | `Mail-queue` | `Mail-dead` | none | none | none |");
});

test("it says what GROUP and ID stand for", () => {
  const text = runbookOf(PAGE, { subscribers: [subscriber("Mail")], place: "" });
  expect(text.replaceAll("\n", " ")).toContain(
    "`GROUP` and `ID` stand for what an earlier command of the same block showed.",
  );
  expect(text).not.toContain("`Billing` stands for");
});

test("the place is repeated in every command but a comparison of two folders", () => {
  const text = runbookOf(PAGE, { subscribers: [subscriber("Mail")], place: "--profile night" });
  for (const line of commandsIn(text)) {
    expect(line.endsWith("--profile night"), line).toBe(!line.startsWith("fanfare diff"));
  }
});

test("links within the page stay, and links to other pages become text", () => {
  const text = runbookOf(PAGE, { subscribers: [subscriber("Mail")], place: "" });
  expect(text).not.toMatch(/\]\((?!#|https:)/);
  expect(text).toContain("](#");
});
