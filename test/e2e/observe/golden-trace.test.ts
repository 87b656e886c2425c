import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { serveTraces, type TraceServer } from "../../../lib/cli/dev/trace-server.ts";
import { trace } from "../../../lib/cli/ops/trace.ts";
import { removeSession, sessionOf, sessionTraces, writeSession } from "../../../lib/cli/session/index.ts";
import { createBackend } from "../../../lib/console/index.ts";
import {
  buildTrace,
  connect,
  discoverFleet,
  type EventTrace,
  findDeadLetters,
  moveLetters,
  readManifest,
  type TraceLine,
  traceLines,
} from "../../../lib/ops/index.ts";
import { drawn, factsOfSpans } from "./facts-of-spans.ts";
import { startTracedApp, type TracedApp } from "./traced-app.ts";

let app: TracedApp;
let traces: TraceServer;
let eventId: string;
const directory = mkdtempSync(join(tmpdir(), "fanfare-golden-"));

const cloud = () =>
  connect({
    endpoint: app.runtime.endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "000000000000", secretAccessKey: "test" },
  });

/** A checkout whose mail needs three tries, and whose total Analytics does not believe; then a redrive. */
beforeAll(async () => {
  app = await startTracedApp(inject("assembly"));
  traces = await serveTraces(app.journal);
  const { runtime } = app;
  writeSession(directory, { ...sessionOf(runtime), traces: traces.url });
  const result = await runtime.invoke("Shop/Checkout", {
    customerId: "c-1",
    email: "a@flaky.example",
    region: "eu",
    basket: [{ sku: "yacht", quantity: 1, price: 2_000_000 }],
  });
  expect(result).toMatchObject({ status: "succeeded" });
  eventId = result.status === "succeeded" ? (result.payload as { readonly eventId: string }).eventId : "";
  await runtime.whenQuiet({ timeoutMs: 120_000 });
  const manifests = runtime.deployment.metadata.flatMap((metadata) => readManifest(metadata) ?? []);
  const letters = findDeadLetters(await discoverFleet(cloud(), { manifests }), "Analytics");
  for await (const _ of moveLetters(cloud(), letters, { all: true })) {
    // The progress is of no interest.
  }
  await runtime.whenQuiet({ timeoutMs: 120_000 });
});

afterAll(async () => {
  removeSession(directory);
  await traces?.close();
  await app?.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Names of queues and topics end with a hash of their construct's path. */
const unhashed = (text: string) => text.replaceAll(/-[\da-f]{8}(?=\.fifo|[^\da-f-]|$)/g, "");

const ANALYTICS = "process Shop-Orders-Analytics";
const CREATED = "create Shop-Orders.fifo";

test("the spans are these, from the checkout to every outcome: fan-out, two retries, a dead letter, a redrive", () => {
  expect(drawn(app.spans()).map(unhashed)).toEqual([
    `${CREATED} (producer)`,
    `  publish Shop-Orders.fifo (client) -> ${CREATED}`,
    `process_batch Shop-Orders-Analytics (consumer) -> ${CREATED}`,
    `  ${ANALYTICS}: 1 deadLettered (consumer, ERROR) -> ${CREATED}`,
    `process_batch Shop-Orders-Analytics (consumer) -> ${CREATED}, ${ANALYTICS}: 1 deadLettered`,
    `  ${ANALYTICS}: 1 deadLettered (consumer, ERROR) -> ${CREATED}, ${ANALYTICS}: 1 deadLettered`,
    `process_batch Shop-Orders-Billing.fifo (consumer) -> ${CREATED}`,
    `  process Shop-Orders-Billing.fifo: 1 done (consumer) -> ${CREATED}`,
    `process_batch Shop-Orders-Inventory (consumer) -> ${CREATED}`,
    `  process Shop-Orders-Inventory: 1 done (consumer) -> ${CREATED}`,
    ...[1, 2].flatMap((attempt) => [
      `process_batch Shop-Orders-Notification (consumer) -> ${CREATED}`,
      `  process Shop-Orders-Notification: ${attempt} retry handler (consumer) -> ${CREATED}`,
    ]),
    `process_batch Shop-Orders-Notification (consumer) -> ${CREATED}`,
    `  process Shop-Orders-Notification: 3 done (consumer) -> ${CREATED}`,
  ]);
});

test("every outcome has exactly one span of its record", () => {
  const records = app.spans().filter(({ name }) => name.startsWith("process "));
  const ofSpans = records.map(({ attributes }) =>
    [attributes["messaging.message.id"], attributes["fanfare.attempt"], attributes["fanfare.outcome"]].join(" "),
  );
  const told = app.outcomes.map(({ messageId, attempt, outcome }) => [messageId, attempt, outcome].join(" "));
  expect(ofSpans.sort()).toEqual(told.sort());
  expect(new Set(ofSpans).size).toBe(7);
});

/** A tree without times and errors' messages, which spans do not have, and without deliveries, which are no spans. */
function outlineOf(lines: readonly Pick<TraceLine, "depth" | "title" | "state">[]): string[] {
  return lines
    .filter(({ title }) => title !== "delivered")
    .map(
      ({ depth, title, state }) => `${"  ".repeat(depth)}${unhashed(title)}${state === undefined ? "" : `: ${state}`}`,
    );
}

test("fanfare trace and the console show the tree of the spans", async () => {
  const ofSpans = buildTrace(eventId, factsOfSpans(app.spans()));
  const outline = ofSpans === undefined ? [] : outlineOf(traceLines(ofSpans));
  expect(outline).toEqual([
    `OrderPlaced ${eventId}`,
    "  Shop-Orders-Analytics: deadLettered",
    "    attempt 1: deadLettered",
    "    redriven",
    "    attempt 1: deadLettered",
    "  Shop-Orders-Billing.fifo: done",
    "    attempt 1: done",
    "  Shop-Orders-Inventory: done",
    "    attempt 1: done",
    "  Shop-Orders-Notification: done",
    "    attempt 1: retry",
    "    attempt 2: retry",
    "    attempt 3: done",
  ]);

  const out: string[] = [];
  const terminal = { out: (line: string) => out.push(line), err: () => {} };
  await trace(eventId, { json: true }, { directory, terminal, signal: new AbortController().signal });
  const { trace: ofCommand }: { readonly trace: EventTrace } = JSON.parse(out.join("\n"));
  expect(outlineOf(traceLines(ofCommand))).toEqual(outline);
  expect(ofCommand.published?.by).toBe(ofSpans?.published?.by);
  expect(ofCommand.traceId).toBe(ofSpans?.traceId);

  const backend = createBackend({
    cloud: cloud(),
    title: "fanfare dev",
    place: "here",
    local: true,
    traces: sessionTraces(traces.url),
    manifests: app.runtime.deployment.metadata.flatMap((metadata) => readManifest(metadata) ?? []),
    journals: directory,
  });
  const view = await backend.trace?.(eventId, false);
  // The console names subscribers by their paths.
  const lines = (view?.lines ?? []).map((line) => ({ ...line, state: line.state as TraceLine["state"] }));
  const named = outlineOf(lines).map((line) =>
    line.replace(
      /^ {2}Orders\/(\w+)/,
      (_, name: string) => `  Shop-Orders-${name}${name === "Billing" ? ".fifo" : ""}`,
    ),
  );
  expect(named).toEqual(outline);
});
