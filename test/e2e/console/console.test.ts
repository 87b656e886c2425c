import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

describe("sending", () => {
  test("fills in an example, checks data while it is written, and sends", async () => {
    const before = stage.runtime.stats.reduce((sum, { succeeded }) => sum + succeeded, 0);
    await stage.open("send/Orders/OrderPaid");
    const { page } = stage;
    await page.getByText("The contract accepts this data.").waitFor();
    await page.getByLabel("amount").fill("-5");
    await page.getByText("Too small").first().waitFor();
    expect(await page.getByRole("button", { name: "Send OrderPaid" }).isDisabled()).toBe(true);
    await page.getByLabel("amount").fill("5");
    await page.getByText("The contract accepts this data.").waitFor();
    expect(await page.getByText(/fanfare send Orders OrderPaid --data/).textContent()).toContain('"amount":5');
    await page.getByRole("button", { name: "Send OrderPaid" }).click();
    await page.getByText("Sent OrderPaid").waitFor();
    await stage.runtime.whenQuiet();
    expect(stage.runtime.stats.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBeGreaterThan(before);
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
  test.each(["map", "send/Orders/OrderPlaced", "contract"])(
    "#/%s has no serious finding of axe-core",
    async (screen) => {
      await stage.page.emulateMedia({ colorScheme });
      await stage.open(screen);
      await stage.page.locator(".card, .panel").first().waitFor();
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
});

test("text at 200 % stays inside the window", async () => {
  await stage.page.setViewportSize({ width: 640, height: 400 });
  for (const screen of ["map", "contract", "send/Orders/OrderPlaced"]) {
    await stage.open(screen);
    await expectNoSidewaysScroll(stage.page);
  }
  await stage.page.setViewportSize({ width: 1_280, height: 800 });
});

test("the page threw nothing, logged no error, and asked no other host", () => {
  expect(stage.complaints).toEqual([]);
});
