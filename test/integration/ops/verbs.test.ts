import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { exportTo } from "../../../lib/cli/ops/dlq-export.ts";
import { listDeadLetters, showGroups, showLetter } from "../../../lib/cli/ops/dlq-read.ts";
import { redrive } from "../../../lib/cli/ops/dlq-redrive.ts";
import { archive, purge, restore } from "../../../lib/cli/ops/dlq-write.ts";
import { setPaused } from "../../../lib/cli/ops/pause.ts";
import { ps } from "../../../lib/cli/ops/ps.ts";
import { CARD, type Shop, until } from "./shop.ts";
import { VerbShop } from "./verb-shop.ts";

let verbs: VerbShop;
let shop: Shop;
let directory: string;

const here = (answer?: string) => (answer === undefined ? verbs.here() : verbs.typing(answer));
const json = () => verbs.json();
const letters = () => verbs.letters();

beforeAll(async () => {
  verbs = await VerbShop.start();
  ({ shop, directory } = verbs);
});

afterAll(async () => {
  await verbs[Symbol.asyncDispose]();
});

beforeEach(() => verbs.clear());

test("ps shows the subscriber, for people and for programs", async () => {
  await ps({}, here());
  expect(verbs.out.join("\n")).toContain("Orders/Billing");
  verbs.clear();
  await ps({ json: true }, here());
  expect(json()).toMatchObject({
    source: "manifest",
    subscribers: [{ name: "Orders/Billing", queue: { visible: 0 } }],
  });
});

test("letters are listed, grouped and shown, with bodies hidden and sensitive fields masked", async () => {
  await shop.send("Dead", ["d-1", "d-2", "d-3"]);
  await listDeadLetters({ json: true }, here());
  expect(json()).toEqual([
    { queue: "shop-billing-dlq", subscriber: "Orders/Billing", kind: "processing", count: 3 },
    { queue: "shop-billing-undelivered", subscriber: "Orders/Billing", kind: "delivery", count: 0 },
  ]);
  verbs.clear();
  await showGroups("Billing", {}, here());
  expect(verbs.out.join("\n")).toMatch(/moved by SQS[\s\S]*3 seen/);
  // What the runbook's next line, `dlq show`, needs.
  const [, example = ""] = /([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})/.exec(verbs.out.join("\n")) ?? [];
  verbs.clear();
  await showLetter("Billing", example, { json: true }, here());
  expect(json().messageId).toBe(example);
  verbs.clear();
  await showLetter("Billing", "event-d-1", {}, here());
  expect(verbs.out.join("\n")).toContain("event-d-1");
  expect(verbs.out.join("\n")).not.toContain("orderId");
  verbs.clear();
  await showLetter("Billing", "event-d-1", { body: true, json: true }, here());
  expect(json().body.data).toEqual({ orderId: "d-1", total: 0, card: "***" });
  verbs.clear();
  await exportTo("Billing", { event: ["OrderPlaced"] }, here());
  expect(verbs.out).toHaveLength(3);
  expect(verbs.out.join("\n")).not.toContain(CARD);
  await expect(showLetter("Billing", "event-none", {}, here())).rejects.toThrow(/no dead letter event-none/);
});

test("nothing is written without a filter, a typed name, or a count that is about right", async () => {
  await expect(redrive("Billing", {}, here("shop-billing-dlq"))).rejects.toThrow(/say which dead letters/);
  await expect(redrive("Billing", { all: true }, here())).rejects.toThrow(/--yes --expect-count 3/);
  await expect(redrive("Billing", { all: true }, here("shop-billing"))).rejects.toThrow(/not its name/);
  await expect(redrive("Billing", { all: true, yes: true }, here())).rejects.toThrow(/needs --expect-count/);
  for (const expectCount of [2, 4, 300]) {
    await expect(purge("Billing", { all: true, yes: true, expectCount }, here())).rejects.toThrow(
      /off by more than 5 %/,
    );
  }
  await redrive("Billing", { all: true, dryRun: true, json: true }, here());
  expect(json()).toMatchObject({ matching: 3, from: "shop-billing-dlq", to: "shop-billing" });
  expect(await letters()).toBe(3);
  expect(existsSync(join(directory, "home/journal.ndjson"))).toBe(false);
});

test("letters are archived to a file, and restored", async () => {
  await archive("Billing", { all: true, to: "letters.ndjson" }, here("shop-billing-dlq"));
  expect(readFileSync(join(directory, "letters.ndjson"), "utf8").trim().split("\n")).toHaveLength(3);
  expect(await letters()).toBe(0);
  await expect(
    restore("Billing", "letters.ndjson", { id: ["event-d-2"], yes: true, expectCount: 3 }, here()),
  ).rejects.toThrow(/it would be 1/);
  await restore("Billing", "letters.ndjson", { id: ["event-d-2"], yes: true, expectCount: 1 }, here());
  verbs.clear();
  await showLetter("Billing", "event-d-2", { json: true }, here());
  expect(await letters()).toBe(1);
  await purge("Billing", { all: true }, here("shop-billing-dlq"));
  await restore("Billing", "letters.ndjson", { yes: true, expectCount: 3 }, here());
  expect(await letters()).toBe(3);
});

test("letters are archived to S3, and restored", async () => {
  const s3 = new S3Client({
    endpoint: shop.runtime.endpoint,
    region: "eu-central-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  await s3.send(new CreateBucketCommand({ Bucket: "letters" }));
  s3.destroy();
  await archive("Billing", { all: true, to: "s3://letters/billing" }, here("shop-billing-dlq"));
  expect(await letters()).toBe(0);
  await restore("Billing", "s3://letters/billing", {}, here("shop-billing-dlq"));
  expect(await letters()).toBe(3);
});

test("letters are purged only after they have been stored, and redriven to their queue", async () => {
  await purge("Billing", { id: ["event-d-3"], yes: true, expectCount: 1 }, here());
  const stored = readdirSync(join(directory, "home/archive")).sort().at(-1) ?? "";
  expect(readFileSync(join(directory, "home/archive", stored), "utf8")).toContain("event-d-3");
  expect(await letters()).toBe(2);
  verbs.clear();
  await redrive("Billing", { all: true, json: true }, here("shop-billing-dlq"));
  expect(json()).toMatchObject({ moved: 2, failed: 0, returned: 0 });
  await until(() => shop.effects.includes("d-1") && shop.effects.includes("d-2"), "both orders are charged");
  const lines = readFileSync(join(directory, "home/journal.ndjson"), "utf8").trim().split("\n");
  const written = lines.map((line) => JSON.parse(line));
  expect(written.map(({ what }) => what)).toEqual([
    "archive",
    "restore",
    "purge",
    "restore",
    "archive",
    "restore",
    "purge",
    "redrive",
  ]);
  for (const each of written) {
    expect(each).toMatchObject({
      user: expect.stringContaining("@"),
      at: expect.stringMatching(/Z$/),
      where: "fanfare dev",
    });
  }
});

test("a subscriber is paused and resumed", async () => {
  await expect(setPaused("Billing", true, {}, here("no"))).rejects.toThrow(/not its name/);
  await setPaused("Billing", true, {}, here("shop-billing"));
  await shop.send("Work", ["p-1"]);
  verbs.clear();
  await ps({ json: true }, here());
  expect(json().subscribers[0]).toMatchObject({ queue: { visible: 1 }, warnings: ["paused: its mapping is disabled"] });
  await setPaused("Billing", false, { yes: true, expectCount: 1 }, here());
  await until(() => shop.effects.includes("p-1"), "the order is charged");
});

test.each([-2, 2])("with a clock that is off by %i hours, each letter is redriven once", async (hours) => {
  shop.break("type");
  const before = await letters();
  const ids = [1, 2, 3].map((number) => `clock${hours}-${number}`);
  await shop.send("Work", ids);
  await until(async () => (await letters()) === before + 3, "three orders are dead-lettered");
  const confirmed = ["--yes", "--expect-count", "3", "--json", "--id", ...ids.map((id) => `event-${id}`)];
  const offset = `const now = Date.now; Date.now = () => now() + ${hours * 3_600_000};`;
  const skewed = `data:text/javascript,${encodeURIComponent(offset)}`;
  const { code, text } = await verbs.fanfare(["dlq", "redrive", "Billing", ...confirmed], {}, [skewed]);
  expect(code, text).toBe(0);
  expect(JSON.parse(text.split("\n").find((line) => line.startsWith("{")) ?? "{}")).toMatchObject({
    moved: 3,
    failed: 0,
  });
  await until(async () => (await letters()) === before + 3, "they are back");
  shop.break(undefined);
});

test("a redrive stops by itself, with exit code 1", async () => {
  shop.break("type");
  await shop.send("Work", ["canary-1", "canary-2"]);
  const wanted = ["--id", "event-canary-1", "event-canary-2"];
  await until(async () => {
    verbs.clear();
    await redrive("Billing", { id: ["event-canary-1", "event-canary-2"], dryRun: true, json: true }, here());
    return json().matching === 2;
  }, "two orders are dead-lettered");
  expect(json()).toMatchObject({ canary: false });
  const args = ["dlq", "redrive", "Billing", ...wanted, "--canary", "--json", "--yes", "--expect-count", "2"];
  const { code, text } = await verbs.fanfare(args);
  expect(code, text).toBe(1);
  expect(text).toMatch(/step 1: 1 dead letter moved, 0 done, 1 back, 0 not known: stopped/);
  expect(text).toMatch(/stopped after 1 of about 2 dead letters: 1 of 1 dead letters came back to shop-billing-dlq/);
  shop.break(undefined);
});

test("the runbook has the names of what is deployed", async () => {
  const { code, text } = await verbs.fanfare(["runbook", "shop-billing"]);
  expect(code, text).toBe(0);
  expect(text).toContain(
    "| Orders/Billing | `shop-orders` | `shop-billing` | `shop-billing-dlq` | `shop-billing-undelivered` |",
  );
  expect(text).toContain("fanfare dlq redrive Orders/Billing --group GROUP --canary");
  expect(await verbs.fanfare(["runbook", "Nobody"])).toMatchObject({ code: 2 });
});

test("exit codes: 0 done, 1 failed, 2 wrong arguments, 3 no access", async () => {
  expect(await verbs.fanfare(["dlq", "ls", "--json"])).toMatchObject({
    code: 0,
    text: expect.stringContaining("shop-billing-dlq"),
  });
  expect(await verbs.fanfare(["dlq", "show", "Billing", "none"])).toMatchObject({ code: 1 });
  expect(await verbs.fanfare(["dlq", "redrive", "Billing"])).toMatchObject({
    code: 2,
    text: expect.stringContaining("say which"),
  });
  expect(await verbs.fanfare(["dlq", "redrive", "Billing", "--rate", "none"])).toMatchObject({ code: 2 });
  const nobody = { AWS_EC2_METADATA_DISABLED: "true", AWS_CONFIG_FILE: "/none", AWS_SHARED_CREDENTIALS_FILE: "/none" };
  const denied = await verbs.fanfare(["ps", "--region", "eu-central-1"], nobody);
  expect(denied, denied.text).toMatchObject({ code: 3 });
});
