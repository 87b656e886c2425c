import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { trace as fanfareTrace } from "../../../lib/cli/ops/trace.ts";
import { takePictures } from "./pictures.ts";
import { type ConsoleStage, expectNoSidewaysScroll, openConsoleStage, seriousFindings } from "./support.ts";

let stage: ConsoleStage;

beforeAll(async () => {
  stage = await openConsoleStage();
});

afterAll(async () => {
  await stage?.close();
});

describe("the map", () => {
  test("shows topics, filters, queues and handlers, and leads to a queue", async () => {
    await stage.open("map");
    const map = stage.page.getByRole("region", { name: "Map of topics, queues and handlers" });
    await map.getByText("FIFO topic").waitFor();
    await map.getByText("total >= 100").waitFor();
    await map.getByRole("link", { name: "Billing" }).click();
    await stage.page.getByRole("heading", { level: 1, name: "Billing" }).waitFor();
    await stage.page.getByText("exactly-once").waitFor();
    await stage.page.getByText("Idempotency table").waitFor();
  });

  test("is a table where there is little room", async () => {
    await stage.page.setViewportSize({ width: 420, height: 800 });
    await stage.open("map");
    await stage.page.getByRole("region", { name: "Queues" }).getByRole("link", { name: "Billing" }).waitFor();
    await expectNoSidewaysScroll(stage.page);
    await stage.page.setViewportSize({ width: 1_280, height: 800 });
  });

  test("shows dead letters within a sample or two, and where they are", async () => {
    await stage.poison("Orders/Inventory/Queue", "not an event");
    await stage.runtime.whenQuiet();
    await stage.open("map");
    const card = stage.page.getByRole("link", { name: "Inventory" });
    await card.getByText("1 dead letter").waitFor();
    await card.click();
    await stage.page.getByRole("link", { name: "1 dead letter" }).waitFor();
    await stage.page.getByText(/fanfare dlq groups Shop-Orders-Inventory-dlq/).waitFor();
  });
});

describe("failures", () => {
  test("are grouped by cause, with the message behind each, its body hidden until it is asked for", async () => {
    const { page } = stage;
    await stage.poison("Orders/Analytics/Queue", '{"secret":"of a customer"}');
    await stage.runtime.whenQuiet();
    await stage.open("failures");
    await page.getByRole("link", { name: /Shop-Orders-Analytics-dlq.*1 dead letter/ }).click();
    await page.getByRole("heading", { level: 2 }).first().waitFor();
    await page.getByText("1 seen of about 1").waitFor();
    await page.getByRole("link", { name: "Show messages" }).click();
    await page.getByRole("region", { name: "Dead letters" }).getByRole("link").click();
    await page.getByText(/fanfare dlq show Shop-Orders-Analytics-dlq/).waitFor();
    expect(await page.getByText("of a customer").count()).toBe(0);
    await page.getByRole("button", { name: "Show the body" }).click();
    await page.getByText("of a customer").waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  test("show where an event's data differs from the contract", async () => {
    const { page } = stage;
    const data = { orderId: "o-1", amount: -5 };
    const envelope = { specversion: "1.0", id: "e-1", source: "test", type: "orders.OrderPaid", data };
    await stage.poison("Orders/Notification/Queue", JSON.stringify(envelope));
    await stage.runtime.whenQuiet();
    const { arn } = stage.runtime.deployment.find("Orders/Notification/DeadLetterQueue", "AWS::SQS::Queue");
    await stage.open(`failures/${encodeURIComponent(arn ?? "")}`);
    await page.getByRole("link", { name: "Show messages" }).click();
    await page.getByRole("region", { name: "Dead letters" }).getByRole("link").click();
    await page.getByRole("button", { name: "Show the body" }).click();
    await page.getByText("The data differs from the contract in 2 places.").waitFor();
    await page.getByText("paymentId: ").waitFor();
  });

  test("are corrected while the contract checks each keystroke, and sent as a new event that names the original", async () => {
    const { page } = stage;
    const { arn, attributes } = stage.runtime.deployment.find("Orders/Inventory/DeadLetterQueue", "AWS::SQS::Queue");
    const data = { orderId: "o-9", reason: "customer 4711", refund: -1, lines: [{ sku: "", quantity: 1 }] };
    const envelope = { specversion: "1.0", id: "e-9", source: "test", type: "orders.OrderCancelled", data };
    await stage.poison("Orders/Inventory/Queue", JSON.stringify(envelope));
    await stage.runtime.whenQuiet();
    await stage.open(`failures/${encodeURIComponent(arn ?? "")}`);
    await page
      .getByRole("article")
      .filter({ has: page.getByRole("heading", { name: "SchemaMismatch" }) })
      .getByRole("link", { name: "Show messages" })
      .click();
    await page.getByRole("region", { name: "Dead letters" }).getByRole("link").click();
    // Whether it differs is known before anybody sees the data.
    await page.getByText("The data differs from the contract in 2 places.").waitFor();
    expect(await page.getByText("customer 4711").count()).toBe(0);
    await page.getByText("SQS deletes it").waitFor();
    await page.getByRole("button", { name: "Show the body" }).click();
    await page.getByRole("button", { name: "Correct it…" }).focus();
    await page.keyboard.press("Enter");
    const send = page.getByRole("button", { name: "Send the corrected event" });
    const said = page.getByRole("status");
    await said.filter({ hasText: "lines[0].sku" }).filter({ hasText: "refund" }).waitFor();
    await page.getByLabel("sku").fill("s-1");
    await said.filter({ hasNotText: "lines[0].sku" }).filter({ hasText: "refund" }).waitFor();
    await page.getByLabel(/to confirm/).fill(String(attributes.QueueName));
    expect(await send.isDisabled()).toBe(true);
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole("button", { name: "Edit as JSON" }).click();
    await page.getByLabel("Data as JSON").fill("{");
    await page.getByText(/JSON at position/).waitFor();
    expect(await send.isDisabled()).toBe(true);
    const corrected = { ...data, refund: 5, lines: [{ sku: "s-1", quantity: 1 }] };
    await page.getByLabel("Data as JSON").fill(JSON.stringify(corrected));
    await said.filter({ hasText: "The contract accepts this data." }).waitFor();
    await page.getByText(new RegExp(`fanfare dlq edit ${attributes.QueueName} `)).waitFor();
    await page.getByLabel(/to confirm/).fill("another name");
    expect(await send.isDisabled()).toBe(true);
    await page.getByLabel(/to confirm/).fill(String(attributes.QueueName));
    await page.getByLabel(/to confirm/).press("Enter");
    await page.getByRole("heading", { level: 1, name: "Corrected" }).waitFor();
    await page.getByText(/fanfare dlq restore .*edit-.*ndjson/).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await stage.runtime.whenQuiet();
    await page.getByRole("link", { name: "What became of it" }).click();
    const trace = page.getByRole("region", { name: "Trace" });
    await trace.getByText("done", { exact: true }).first().waitFor();
    await trace.getByText(/caused by e-9/).waitFor();
    await stage.open(`failures/${encodeURIComponent(arn ?? "")}`);
    await page.getByText("1 seen of about 1").waitFor();
    const [line] = readFileSync(join(stage.directory, "home/journal.ndjson"), "utf8").trim().split("\n").slice(-1);
    expect(JSON.parse(line ?? "")).toMatchObject({ what: "edit", console: true, event: "e-9" });
  });

  test("without an event id are traced by the message that the consumer received", async () => {
    const { page } = stage;
    const { arn } = stage.runtime.deployment.find("Orders/Analytics/DeadLetterQueue", "AWS::SQS::Queue");
    await stage.open(`failures/${encodeURIComponent(arn ?? "")}`);
    await page.getByRole("link", { name: "Show messages" }).click();
    await page.getByRole("region", { name: "Dead letters" }).getByRole("link").click();
    await page.locator("main").getByRole("link", { name: "Trace", exact: true }).click();
    const trace = page.getByRole("region", { name: "Trace" });
    await trace.getByText("attempt 1").waitFor();
    await trace.getByText("waits in Shop-Orders-Analytics-dlq").waitFor();
  });

  test("are redriven after the queue's name was typed, and the job shows how it ended", async () => {
    const { page } = stage;
    const queue = stage.runtime.deployment.find("Orders/Inventory/DeadLetterQueue", "AWS::SQS::Queue");
    await stage.open(`failures/${encodeURIComponent(queue.arn ?? "")}`);
    await page.getByRole("button", { name: "Redrive all…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("1 dead letter").first().waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    const redrive = dialog.getByRole("button", { name: "Redrive 1 message" });
    expect(await redrive.isDisabled()).toBe(true);
    await dialog.getByLabel(/to confirm/).fill("another name");
    expect(await redrive.isDisabled()).toBe(true);
    await dialog.getByLabel(/to confirm/).fill(String(queue.attributes.QueueName));
    const before = stage.runtime.stats.reduce((sum, { received }) => sum + received, 0);
    await redrive.click();
    await page.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();
    await page.getByText("1 of 1").waitFor();
    await page.getByText("done", { exact: true }).waitFor();
    await stage.runtime.whenQuiet();
    expect(stage.runtime.stats.reduce((sum, { received }) => sum + received, 0)).toBeGreaterThan(before);
    expect(await seriousFindings(page)).toEqual([]);
  });

  test("are redriven in steps that stop by themselves, and the job shows each step", async () => {
    const { page } = stage;
    const queue = stage.runtime.deployment.find("Orders/Inventory/DeadLetterQueue", "AWS::SQS::Queue");
    await stage.open(`failures/${encodeURIComponent(queue.arn ?? "")}`);
    await page.getByRole("button", { name: "Redrive all…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/In steps/).check();
    await dialog.getByText(/fanfare dlq redrive .* --all --canary/).waitFor();
    await dialog.getByLabel(/to confirm/).fill(String(queue.attributes.QueueName));
    await dialog.getByRole("button", { name: "Redrive 1 message" }).click();
    await page.getByText("1 moved, 0 done, 1 back, 0 not known: stopped").waitFor();
    await page.getByText(/Stopped by itself: 1 of 1 dead letters came back/).waitFor();
    await page.getByText("stopped", { exact: true }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  test("are archived to a file after the queue's name was typed", async () => {
    const { page } = stage;
    const queue = stage.runtime.deployment.find("Orders/Inventory/DeadLetterQueue", "AWS::SQS::Queue");
    const name = String(queue.attributes.QueueName);
    await stage.open(`failures/${encodeURIComponent(queue.arn ?? "")}`);
    await page.getByRole("button", { name: "Archive all…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText(`fanfare dlq archive ${name} --all`).waitFor();
    await dialog.getByLabel(/to confirm/).fill(name);
    await dialog.getByRole("button", { name: "Archive 1 message" }).click();
    const job = page.getByRole("article").filter({ hasText: `Archive ${name}` });
    await job.getByText("done", { exact: true }).waitFor();
    await job.getByText(/fanfare dlq restore/).waitFor();
    await stage.open(`failures/${encodeURIComponent(queue.arn ?? "")}`);
    await page.getByText("No dead letters.").waitFor();
  });
});

describe("sending", () => {
  test("fills in an example, checks data while it is written, and sends", async () => {
    const before = stage.runtime.stats.reduce((sum, { succeeded }) => sum + succeeded, 0);
    await stage.open("send/Orders/OrderPlaced");
    const { page } = stage;
    await page.getByText("The contract accepts this data.").waitFor();
    await page.getByLabel("total").fill("-5");
    await page.getByText("Too small").first().waitFor();
    expect(await page.getByRole("button", { name: "Send OrderPlaced" }).isDisabled()).toBe(true);
    await page.getByLabel("total").fill("5");
    await page.getByText("The contract accepts this data.").waitFor();
    expect(await page.getByText(/fanfare send Orders OrderPlaced --data/).textContent()).toContain('"total":5');
    await page.getByRole("button", { name: "Send OrderPlaced" }).click();
    await page.getByText("Sent OrderPlaced").waitFor();
    await stage.runtime.whenQuiet();
    expect(stage.runtime.stats.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBeGreaterThan(before);
    const lines = readFileSync(join(stage.directory, "home/journal.ndjson"), "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).what)).toContain("send");
  });

  test("takes JSON, and says where it is none", async () => {
    await stage.open("send/Orders/OrderCancelled");
    const { page } = stage;
    await page.getByRole("button", { name: "Edit as JSON" }).click();
    await page.getByLabel("Data as JSON").fill("{");
    await page.getByText(/JSON at position/).waitFor();
    await page.getByLabel("Data as JSON").fill("{}");
    await page.getByText("orderId").first().waitFor();
  });
});

describe("a trace", () => {
  test("leads from a sent event to what became of it at each subscriber, with the keyboard", async () => {
    const { page } = stage;
    await stage.open("send/Orders/OrderPlaced");
    await page.getByText("The contract accepts this data.").waitFor();
    await page.getByRole("button", { name: "Send OrderPlaced" }).click();
    await page.getByText("Sent OrderPlaced").waitFor();
    await stage.runtime.whenQuiet();
    await page.getByRole("link", { name: "What became of it" }).focus();
    await page.keyboard.press("Enter");
    const trace = page.getByRole("region", { name: "Trace" });
    await trace.getByText(/^OrderPlaced /).waitFor();
    for (const subscriber of ["Orders/Analytics", "Orders/Billing", "Orders/Inventory", "Orders/Notification"]) {
      await trace.getByText(subscriber, { exact: true }).waitFor();
    }
    await trace.getByText("attempt 1").first().waitFor();
    const id = decodeURIComponent(new URL(page.url()).hash.replace("#/trace/", ""));
    // The same tree as the command's, line by line.
    const shown = await trace.locator("strong").allTextContents();
    const printed: string[] = [];
    const terminal = { out: (text: string) => printed.push(...text.split("\n")), err: () => {} };
    await fanfareTrace(id, {}, { directory: stage.directory, terminal, signal: new AbortController().signal });
    const titles = printed.map((line) => stripVTControlCharacters(line).replace(/^[│├└ ]+/, ""));
    expect(titles.map((title, index) => title.slice(0, shown[index]?.length))).toEqual(shown);
    await page.getByText(`fanfare trace ${id}`, { exact: true }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
  });

  test("leads from a dead letter, whose queue is looked into, and by id", async () => {
    const { page } = stage;
    const envelope = { specversion: "1.0", id: "e-traced", source: "test", type: "orders.OrderPaid", data: {} };
    await stage.poison("Orders/Analytics/Queue", JSON.stringify(envelope));
    await stage.runtime.whenQuiet();
    const { arn } = stage.runtime.deployment.find("Orders/Analytics/DeadLetterQueue", "AWS::SQS::Queue");
    await stage.open(`failures/${encodeURIComponent(arn ?? "")}`);
    await page.getByRole("heading", { level: 2, name: "SchemaMismatch" }).waitFor();
    await page
      .locator("article, .panel", { has: page.getByRole("heading", { name: "SchemaMismatch" }) })
      .getByRole("link", { name: "Show messages" })
      .click();
    await page.getByRole("region", { name: "Dead letters" }).getByRole("link").first().click();
    await page.locator("main").getByRole("link", { name: "Trace", exact: true }).click();
    const trace = page.getByRole("region", { name: "Trace" });
    await trace.getByText("Orders/Analytics", { exact: true }).waitFor();
    await trace.getByText("dead-lettered", { exact: true }).first().waitFor();
    await trace.getByText("waits in Shop-Orders-Analytics-dlq").waitFor();
    await page.getByText("fanfare trace e-traced --dead-letters", { exact: true }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press("4");
    await page.getByLabel("Id of an event or a message").fill("it's nobody");
    await page.keyboard.press("Enter");
    await page.getByText("Nothing is known of").waitFor();
    await page.getByText("what `fanfare dev` has recorded").waitFor();
    await page.getByText("fanfare trace 'it'\\''s nobody'", { exact: true }).waitFor();
    await trace.getByRole("link", { name: "Look into dead-letter queues too" }).click();
    await page.getByText(/and the dead-letter queues .*Shop-Orders-Analytics-dlq/).waitFor();
  });
});

test("the contract shows events with their schemas, versions and routing attributes", async () => {
  await stage.open("contract");
  const { page } = stage;
  await page.getByRole("heading", { level: 2, name: "orders" }).waitFor();
  await page.getByText("version 2 · routed by region, total · in order within its group").waitFor();
});

test("keys open screens, but not while something is written", async () => {
  await stage.open("map");
  const { page } = stage;
  await page.keyboard.press("5");
  await page.getByRole("heading", { level: 1, name: "Contract" }).waitFor();
  await page.keyboard.press("3");
  await page.getByLabel("orderId").first().fill("1234");
  await page.getByRole("heading", { level: 1, name: "Send" }).waitFor();
  expect(await page.getByLabel("orderId").first().inputValue()).toBe("1234");
});

describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
  test.each(["map", "send/Orders/OrderPlaced", "trace/nobody", "contract", "failures", "jobs", "doctor"])(
    "#/%s has no serious finding of axe-core",
    async (screen) => {
      await stage.page.emulateMedia({ colorScheme });
      await stage.open(screen);
      await stage.page.locator(".card, .panel, .row, .notice").first().waitFor();
      expect(await seriousFindings(stage.page)).toEqual([]);
    },
  );

  test("a subscriber has no serious finding of axe-core", async () => {
    await stage.page.emulateMedia({ colorScheme });
    await stage.open("map");
    await stage.page.getByRole("link", { name: "Billing" }).click();
    await stage.page.getByText("Idempotency table").waitFor();
    expect(await seriousFindings(stage.page)).toEqual([]);
  });

  test("a dead letter has no serious finding of axe-core, from its group to its body", async () => {
    await stage.page.emulateMedia({ colorScheme });
    for await (const _ of letterScreens()) {
      expect(await seriousFindings(stage.page)).toEqual([]);
    }
  });
});

/** Opens the screens of a dead letter of Analytics one after the other: its group, the letters of the group, the letter, and its body. */
async function* letterScreens(): AsyncGenerator<void> {
  const { page } = stage;
  await stage.open(`failures/${analyticsDead()}`);
  const messages = page.getByRole("link", { name: "Show messages" }).first();
  await messages.waitFor();
  yield;
  await messages.click();
  await page.getByRole("region", { name: "Dead letters" }).getByRole("link").first().waitFor();
  yield;
  await page.getByRole("region", { name: "Dead letters" }).getByRole("link").first().click();
  await page.getByRole("button", { name: "Show the body" }).waitFor();
  yield;
  await page.getByRole("button", { name: "Show the body" }).click();
  await page.getByRole("button", { name: "Show the body" }).waitFor({ state: "detached" });
  yield;
}

function analyticsDead(): string {
  const { arn = "" } = stage.runtime.deployment.find("Orders/Analytics/DeadLetterQueue", "AWS::SQS::Queue");
  return encodeURIComponent(arn);
}

test.each([
  ["text at 200 %", { width: 640, height: 400 }],
  ["every screen of a narrow window", { width: 360, height: 640 }],
])("%s stays inside the window", async (_, size) => {
  await stage.page.setViewportSize(size);
  for (const screen of ["map", "contract", "send/Orders/OrderPlaced", "trace/nobody", "failures", "jobs", "doctor"]) {
    await stage.open(screen);
    // The map is a table here: its cards are there, and hidden.
    await stage.page.locator(":is(.card, .panel, .row, .notice, table):visible").first().waitFor();
    await expectNoSidewaysScroll(stage.page);
  }
  for await (const _screen of letterScreens()) {
    await expectNoSidewaysScroll(stage.page);
  }
  await stage.page.setViewportSize({ width: 1_280, height: 800 });
});

test("a redrive is begun, and called off, with the keyboard alone", async () => {
  const { page } = stage;
  const focused = () => page.evaluate("document.activeElement.textContent");
  await stage.open(`failures/${analyticsDead()}`);
  await page.getByRole("button", { name: "Redrive all…" }).waitFor();
  for (let presses = 0; presses < 60 && (await focused()) !== "Redrive all…"; presses++) {
    await page.keyboard.press("Tab");
  }
  expect(await focused()).toBe("Redrive all…");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/to confirm/).waitFor();
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "hidden" });
  expect(await focused()).toBe("Redrive all…");
});

test("pictures of the main screens are taken", async () => {
  for (const file of await takePictures(stage)) {
    // A screen without content is a few KB of one colour.
    expect(statSync(file).size, file).toBeGreaterThan(20_000);
  }
});

test("the page threw nothing, logged no error, and asked no other host", () => {
  expect(stage.complaints).toEqual([]);
});
