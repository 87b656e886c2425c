import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAlive } from "../../../lib/local/index.ts";
import { type DeployedApp, deploy, type TestAppError } from "../../../lib/testing/index.ts";
import { invoices, orders } from "./app/contract.ts";
import { shop, shopWithBrokenAudit } from "./app/stack.ts";

let outdir: string;
let app: DeployedApp;

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), "fanfare-testing-"));
  app = await deploy({ stack: shop(outdir) });
});

afterAll(async () => {
  await app?.close();
  await rm(outdir, { recursive: true, force: true });
});

const order = (orderId: string, note = "", region: "eu" | "us" = "eu") => ({ orderId, region, note });

function thrownBy(run: () => unknown): TestAppError {
  try {
    run();
  } catch (error) {
    return error as TestAppError;
  }
  throw new Error("nothing was thrown");
}

describe("publishAndWait", () => {
  it("tells who processed an event, and whom a filter kept it from", async () => {
    const placed = await app.publishAndWait(orders, "OrderPlaced", order("o-1"));
    placed.expect({ Billing: "processed", "orders.Audit": "notReceived" });
    expect(placed.at("Billing")).toMatchObject({ outcome: "processed", retries: 0 });
    expect(app.processed("Billing").map(({ eventId }) => eventId)).toContain(placed.id);
    expect(app.processed("Audit").map(({ eventId }) => eventId)).not.toContain(placed.id);

    const abroad = await app.publishAndWait(orders, "OrderPlaced", order("o-2", "", "us"));
    abroad.expect({ Billing: "processed", "Shop/Orders/Audit": "processed" });
  });

  it("counts retries", async () => {
    const placed = await app.publishAndWait(orders, "OrderPlaced", order("o-3", "flaky"));
    placed.expect({ Billing: { outcome: "processed", retries: 2 } });
    const retried = app.retried("Billing").filter(({ eventId }) => eventId === placed.id);
    expect(retried.map(({ attempt, cause, error }) => [attempt, cause, error?.message])).toEqual([
      [1, "handler", "try again"],
      [2, "handler", "try again"],
    ]);
  });

  it("finds dead letters with their reasons, and leaves them where they are", async () => {
    const placed = await app.publishAndWait(orders, "OrderPlaced", order("o-4", "poison"));
    placed.expect({ Billing: "deadLettered" });
    for (const _time of [1, 2]) {
      const deadLetters = (await app.deadLettered("Billing")).filter(({ event }) => event?.id === placed.id);
      expect(deadLetters).toMatchObject([
        {
          event: { type: "orders.OrderPlaced", data: { orderId: "o-4" } },
          reason: { error: "Permanent", message: "no such customer", attempt: 1, consumer: "orders.Billing" },
        },
      ]);
      expect(JSON.parse(deadLetters[0]?.body ?? "")).toMatchObject({ id: placed.id });
    }
  });

  it("sends large payloads through the bucket of the stack", async () => {
    const placed = await app.publishAndWait(orders, "OrderPlaced", order("o-5", "x".repeat(300_000)));
    placed.expect({ Billing: "processed" });
  });
});

describe("a failed expectation", () => {
  it("shows the history: publication, every attempt with its error, printed lines, dead letters", async () => {
    const placed = await app.publishAndWait(orders, "OrderPlaced", order("o-6", "broken"));
    const error = thrownBy(() => placed.expect({ Billing: "processed", Audit: "notReceived" }));
    expect(error.code).toBe("Unexpected");
    expect(error.message).toContain("at Billing: expected processed, but it was deadLettered after 3 retries");
    expect(error).toMatchObject({
      expected: { Billing: "processed", Audit: "notReceived" },
      actual: { Billing: "deadLettered", Audit: "notReceived" },
    });
    const lines = error.message.split("\n").slice(2);
    const place = (text: string) => lines.findIndex((line) => line.includes(text));
    expect(lines[0]).toBe(`History of event ${placed.id} (OrderPlaced):`);
    expect(place("published to arn:aws:sns:")).toBe(1);
    expect(place("printed: billing sees o-6")).toBeGreaterThan(1);
    expect(
      place(
        "to be retried (handler, redelivered after 0 s), attempt 1: Error: the ledger is closed at OrderPlaced (index.mjs:",
      ),
    ).toBeGreaterThan(1);
    expect(place("orders.Billing: dead-lettered, attempt 4")).toBeGreaterThan(place("attempt 1"));
    expect(
      place("in the dead-letter queue of orders.Billing: Error: the ledger is closed (attempt 4)"),
    ).toBeGreaterThan(0);
    expect(place("not seen by: ")).toBe(lines.length - 1);
    expect(lines.at(-1)).toBe("  not seen by: orders.Audit");
    expect(await app.history(placed.id)).toBe(placed.history);
  });

  it("is one about retries too", async () => {
    const placed = await app.publishAndWait(orders, "OrderPlaced", order("o-7"));
    const error = thrownBy(() => placed.expect({ Billing: { outcome: "processed", retries: 1 } }));
    expect(error.message).toContain("expected processed after 1 retry, but it was processed");
  });
});

describe("whenQuiet", () => {
  it("gives up with the histories of what has come to no end", async () => {
    const own = await mkdtemp(join(tmpdir(), "fanfare-testing-"));
    await using busy = await deploy({ stack: shop(own) });
    const publish = busy.publisher(orders);
    const { id } = await publish("OrderPlaced", order("o-8"));
    const error = await busy.whenQuiet({ timeoutMs: 1 }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "NotQuiet" });
    expect(String(error)).toContain("messages wait in:");
    expect(String(error)).toContain(`History of event ${id} (OrderPlaced):`);
    await rm(own, { recursive: true, force: true });
  });
});

describe("whenQuiet, when a handler dies as it is loaded", () => {
  it("names the subscriber and what it printed, although another one finished", async () => {
    const own = await mkdtemp(join(tmpdir(), "fanfare-testing-"));
    await using broken = await deploy({ stack: shopWithBrokenAudit(own) });
    const { id } = await broken.publisher(orders)("OrderPlaced", order("o-20"));
    const failed = () => broken.whenQuiet({ timeoutMs: 500 }).catch((thrown: unknown) => String(thrown));
    await expect.poll(failed, { timeout: 20_000 }).toMatch(/LEDGER_URL is not set.*not seen by: orders\.Audit/s);
    const text = String(await failed());
    expect(text).toMatch(/At orders\.Audit: invocation failed with 1 messages: .*LEDGER_URL is not set/);
    expect(text).toContain("reading the settings");
    expect(text).toContain(`History of event ${id} (OrderPlaced):`);
    expect(text).not.toContain("At orders.Billing");
    await rm(own, { recursive: true, force: true });
  });
});

describe("advance", () => {
  it("lets a message that is to come back tomorrow come back now", async () => {
    const { id } = await app.publisher(orders)("OrderPlaced", order("o-21", "tomorrow"));
    await expect.poll(() => app.retried("Billing").map(({ eventId }) => eventId), { timeout: 20_000 }).toContain(id);
    app.advance({ hours: 10, minutes: 59 });
    await expect(app.whenQuiet({ timeoutMs: 300 })).rejects.toMatchObject({ code: "NotQuiet" });
    app.advance({ minutes: 1, seconds: 1 });
    (await app.delivery(id)).expect({ Billing: { outcome: "processed", retries: 1 } });
  });

  it("refuses to go back, and the clock of other people's services", async () => {
    expect(() => app.advance({ minutes: -1 })).toThrow(RangeError);
    expect(() => app.advance({ minutes: Number.NaN })).toThrow(RangeError);
    const { serverEndpoint, dynamoDbEndpoint } = app.runtime;
    await using other = await deploy(
      { stack: shop(await mkdtemp(join(outdir, "other-"))) },
      { endpoint: serverEndpoint, dynamoDbEndpoint },
    );
    expect(() => other.advance({ minutes: 1 })).toThrow(/only that of the embedded services can/);
  });
});

describe("delivery", () => {
  it("is known of events that others published", async () => {
    const { id } = await app.publisher(orders, "Shop/Orders")("OrderPlaced", order("o-9"));
    (await app.delivery(id)).expect({ Billing: "processed" });
  });

  it("is one of nothing for an id that nobody has seen", async () => {
    const unknown = await app.delivery("no-such-event");
    unknown.expect({ Billing: "notReceived" });
    expect(unknown.history).toContain("neither published through this app nor seen by a consumer");
  });
});

describe("names", () => {
  it("that are wrong are answered with those that there are", () => {
    const error = thrownBy(() => app.processed("Biling"));
    expect(error.code).toBe("NotFound");
    expect(error.message).toContain("there is no subscriber Biling; there are: orders.Billing (Shop/Orders/Billing)");
  });

  it("of subscribers without Fanfare's consume are answered with the reason", () => {
    expect(thrownBy(() => app.processed("ForeignQueue"))).toMatchObject({ code: "OutcomesUnknown" });
    expect(thrownBy(() => app.processed("Archive")).message).toContain("no function polls it");
  });

  it("of topics that nobody knows are asked for", async () => {
    expect(thrownBy(() => app.publisher(orders, "Shop/Ordres")).message).toContain(
      "there is no topic or queue Shop/Ordres",
    );
    await expect(app.deadLettered("ForeignQueue")).rejects.toMatchObject({ code: "NotFound" });
    // The only topic of the app is taken; the filters of its subscribers keep out what is not of their contract.
    const sent = await app.publishAndWait(invoices, "InvoiceSent", { invoiceId: "i-1" });
    sent.expect({ Billing: "notReceived" });
  });
});

describe("deploy", () => {
  it("runs on another endpoint, shows no dead letters of earlier tests, and leaves no process behind", async () => {
    const own = await mkdtemp(join(tmpdir(), "fanfare-testing-"));
    await writeFile(join(own, "manifest.json"), JSON.stringify({ version: "55.0.0", artifacts: {} }));
    await using host = await deploy({ assembly: own });
    const there = { endpoint: host.runtime.endpoint, dynamoDbEndpoint: host.runtime.dynamoDbEndpoint };
    const first = await deploy({ stack: shop(join(own, "first")) }, there);
    expect(first.runtime.serverEndpoint).toBeUndefined();
    const poison = await first.publishAndWait(orders, "OrderPlaced", order("o-10", "poison"));
    poison.expect({ Billing: "deadLettered" });
    const { pids } = first.runtime;
    expect(pids.length).toBeGreaterThan(0);
    await first.close();
    await first.close();
    await expect.poll(() => pids.filter(isAlive), { timeout: 5_000 }).toEqual([]);

    await using second = await deploy({ stack: shop(join(own, "second")) }, there);
    expect(await second.deadLettered("Billing")).toEqual([]);
    const placed = await second.publishAndWait(orders, "OrderPlaced", order("o-11", "", "us"));
    placed.expect({ Billing: "processed", Audit: "processed" });
    await rm(own, { recursive: true, force: true });
  });

  it("says what the app printed when it fails", async () => {
    const failing = deploy({ app: `${process.execPath} -e "console.error('no such stack'); process.exit(3)"` });
    await expect(failing).rejects.toMatchObject({ code: "SynthesisFailed" });
    await expect(failing).rejects.toThrow(/ended with exit code 3:\nno such stack/);
  });

  it("refuses a stack without an app, and a folder without one", async () => {
    await expect(deploy({ stack: { node: { root: {} } } })).rejects.toThrow("the stack does not belong to an App");
    const empty = await mkdtemp(join(tmpdir(), "fanfare-testing-"));
    await expect(deploy({ directory: empty })).rejects.toThrow(/cdk.json names no app/);
    await rm(empty, { recursive: true, force: true });
  });
});
