import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createBackend, type RunningConsole, startConsole } from "../../../lib/console/index.ts";
import { type LocalServer, startServer } from "../../../lib/local/server/index.ts";
import { connect } from "../../../lib/ops/index.ts";
import { launchBrowser } from "../../support/browser.ts";
import { CAUSES, createFleet, placeOf } from "./large-fleet.ts";

const QUEUES = 200;
const LETTERS = 100_000;

/** MiB that the page's scripts may use. */
const PAGE_MIB = 50;

let server: LocalServer;
let running: RunningConsole;
let browser: Browser;
let page: Page;
const journals = mkdtempSync(join(tmpdir(), "fanfare-page-"));
const measured: string[] = [];

beforeAll(async () => {
  server = await startServer();
  createFleet(server, { queues: QUEUES, letters: [{ count: LETTERS, bytes: 200 }] });
  const backend = createBackend({
    cloud: connect(placeOf(server)),
    title: "test",
    place: "here",
    local: true,
    journals,
  });
  running = await startConsole({ backend, write: true, intervalMs: 2_000 });
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
  page.setDefaultTimeout(120_000);
}, 300_000);

afterAll(async () => {
  console.log(measured.join("\n"));
  await browser?.close();
  await running?.close();
  await server?.close();
  rmSync(journals, { recursive: true, force: true });
});

async function timed(what: string, run: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await run();
  measured.push(`${what}: ${Math.round(performance.now() - start)} ms`);
}

/** MiB that scripts use. */
const pageMiB = async () => Number(await page.evaluate("performance.memory.usedJSHeapSize")) / 1_048_576;

test("the page shows 200 queues and 100,000 letters, and stays small", { timeout: 600_000 }, async () => {
  await timed("page, first render", async () => {
    await page.goto(running.link);
    await page.locator("main h1").first().waitFor();
  });
  await timed("page, map of 200 queues", async () => {
    await page.getByRole("link", { name: "s199" }).first().waitFor();
  });
  await page.goto(`http://127.0.0.1:${running.port}/#/failures`);
  await timed("page, dead-letter queues", async () => {
    await page.getByRole("link", { name: "s0-dlq" }).first().click();
  });
  await timed("page, causes of 100,000 letters", async () => {
    await page.getByRole("link", { name: "Show messages" }).first().waitFor();
  });
  expect(await page.getByRole("link", { name: "Show messages" }).count()).toBe(CAUSES);
  await timed("page, letters of a cause", async () => {
    await page.getByRole("link", { name: "Show messages" }).first().click();
    await page.getByRole("region", { name: "Dead letters" }).getByRole("link").first().waitFor();
  });
  const used = await pageMiB();
  measured.push(`page, memory of its scripts: ${Math.round(used)} MiB`);
  expect(used, "MiB").toBeLessThan(PAGE_MIB);
});
