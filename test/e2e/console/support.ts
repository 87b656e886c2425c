import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Browser, Page } from "playwright-core";
import { expect, inject } from "vitest";
import { type LocalConsole, openLocalConsole } from "../../../lib/cli/console/index.ts";
import { recordInto } from "../../../lib/cli/dev/trace-facts.ts";
import { serveTraces } from "../../../lib/cli/dev/trace-server.ts";
import { findSession, removeSession, sessionOf, writeSession } from "../../../lib/cli/session/index.ts";
import { type LocalRuntime, startLocalRuntime } from "../../../lib/local/index.ts";
import { TraceJournal } from "../../../lib/ops/index.ts";
import { launchBrowser } from "../../support/browser.ts";

/** The reference app, its console and a browser: one of each for all tests. */
export interface ConsoleStage {
  readonly runtime: LocalRuntime;
  readonly console: LocalConsole;
  /** The folder with the session of what runs. */
  readonly directory: string;
  readonly page: Page;
  /** What the page logged as an error, and what it asked of other hosts. */
  readonly complaints: readonly string[];
  open(screen: string): Promise<void>;
  /** Sends a message that no consumer can process. */
  poison(queue: string, body: string): Promise<void>;
  close(): Promise<void>;
}

export async function openConsoleStage(): Promise<ConsoleStage> {
  const directory = mkdtempSync(join(tmpdir(), "fanfare-console-"));
  const journal = new TraceJournal();
  const runtime = await startLocalRuntime({ assembly: inject("assembly"), ...recordInto(journal) });
  const traces = await serveTraces(journal);
  writeSession(directory, { ...sessionOf(runtime), traces: traces.url });
  const session = findSession(directory) ?? sessionOf(runtime);
  const console = await openLocalConsole(session, {
    directory,
    home: join(directory, "home"),
    write: true,
    port: undefined,
    onOpened: () => {},
    processed: () => new Map(runtime.stats.map(({ sourceArn, succeeded }) => [sourceArn, succeeded])),
  });
  const browser = await launchBrowser();
  const complaints: string[] = [];
  const page = await openPage(browser, console.link, complaints);
  return {
    runtime,
    console,
    directory,
    page,
    complaints,
    async open(screen) {
      await page.goto(`http://127.0.0.1:${console.port}/#/${screen}`);
      await page.locator("main h1").first().waitFor();
    },
    async poison(queue, body) {
      const client = new SQSClient({
        endpoint: runtime.endpoint,
        region: "eu-central-1",
        credentials: { accessKeyId: "000000000000", secretAccessKey: "test" },
        useQueueUrlAsEndpoint: false,
      });
      const { physicalId } = runtime.deployment.find(queue, "AWS::SQS::Queue");
      await client.send(new SendMessageCommand({ QueueUrl: physicalId, MessageBody: body }));
      client.destroy();
    },
    async close() {
      await browser.close();
      await console.close();
      removeSession(directory);
      await traces.close();
      await runtime.close({ graceMs: 0 });
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function openPage(browser: Browser, link: string, complaints: string[]): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
  page.on("pageerror", (error) => complaints.push(`the page threw: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") {
      complaints.push(`the page logged: ${message.text()}`);
    }
  });
  page.on("request", (request) => {
    const { hostname } = new URL(request.url());
    if (hostname !== "127.0.0.1" && !request.url().startsWith("data:")) {
      complaints.push(`the page asked ${request.url()}`);
    }
  });
  await page.goto(link);
  return page;
}

interface Violation {
  readonly id: string;
  readonly impact?: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly html: string }[];
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Scans the page with axe-core. @returns one line per finding that is serious or critical */
export async function seriousFindings(page: Page): Promise<string[]> {
  // The debugger's evaluation is not subject to the page's policy.
  await page.evaluate(AXE);
  const violations = (await page.evaluate("axe.run().then(({ violations }) => violations)")) as readonly Violation[];
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`));
}

/** Nothing is wider than the window: no text is out of reach. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const overflow = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
  expect(overflow, "pixels by which the page is wider than its window").toBeLessThanOrEqual(0);
}
