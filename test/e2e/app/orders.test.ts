import { PublishCommand } from "@aws-sdk/client-sns";
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { numberOf, readObjects } from "../../../infra/demo/stage/effects.ts";
import { type App, findItem, openApp, order } from "./support.ts";

let app: App;

beforeAll(async () => {
  app = await openApp();
});

afterAll(async () => {
  await app?.close();
});

const account = (orderId: string) => findItem(app, "Shop/Ledger", "orderId", orderId);
const mail = (orderId: string) => findItem(app, "Shop/Outbox", "orderId", orderId);
const stock = async (sku: string) => numberOf((await findItem(app, "Shop/Stock", "sku", sku)) ?? {}, "available");

async function history(orderId: string): Promise<string[]> {
  return ((await account(orderId))?.history?.L ?? []).map(({ S = "" }) => S);
}

/** The lines of the data lake, with the number of the object that each is in. */
async function lake(): Promise<{ id: string; event: string; object: number }[]> {
  const objects = await readObjects(app.clients, app.resource("Shop/Lake"), "orders/");
  return objects.flatMap(({ bytes }, object) =>
    bytes
      .toString("utf8")
      .trimEnd()
      .split("\n")
      .map((line) => ({ ...JSON.parse(line), object })),
  );
}

describe("checkout", () => {
  it("announces an order once, and all four subscribers hear it", async () => {
    const result = await app.runtime.invoke("Shop/Checkout", {
      customerId: "c-9",
      email: "c-9@mail.example",
      region: "us",
      basket: [
        { sku: "checkout-mug", quantity: 3, price: 19.99 },
        { sku: "checkout-pot", quantity: 1, price: 60.1 },
      ],
    });
    expect(result).toMatchObject({ status: "succeeded" });
    const { orderId, eventId } = (result.status === "succeeded" ? result.payload : {}) as Record<string, string>;
    await app.quiet();

    const item = await account(orderId ?? "");
    expect(numberOf(item ?? {}, "due")).toBe(120.07);
    expect(await stock("checkout-mug")).toBe(-3);
    expect(await stock("checkout-pot")).toBe(-1);
    expect(await mail(orderId ?? "")).toMatchObject({ id: { S: eventId }, to: { S: "c-9@mail.example" } });
    expect(await lake()).toContainEqual(expect.objectContaining({ id: eventId, event: "OrderPlaced" }));
  });

  it("refuses a bad request, and sends nothing", async () => {
    const before = app.journal.settled("billing");
    const result = await app.runtime.invoke("Shop/Checkout", {
      customerId: "c-9",
      email: "no address",
      region: "us",
      basket: [{ sku: "mug", quantity: 1, price: 1 }],
    });
    expect(result).toMatchObject({ status: "failed", error: { errorType: "SchemaMismatch" } });
    await app.quiet();
    expect(app.journal.settled("billing")).toBe(before);
  });
});

describe("billing", () => {
  it("charges once, however often an event comes", async () => {
    const paid = { orderId: "twice", paymentId: "p-1", amount: 20 };
    await app.publishOrder("OrderPlaced", order("twice"), { id: "twice-placed" });
    await app.publishOrder("OrderPaid", paid, { id: "twice-paid" });
    await Promise.all(
      [1, 2, 3, 4, 5].map((copy) =>
        app.redeliverToBilling("OrderPaid", paid, { id: "twice-paid", deduplicationId: `twice-paid-${copy}` }),
      ),
    );
    await app.quiet();

    expect(numberOf((await account("twice")) ?? {}, "charged")).toBe(20);
    expect(await history("twice")).toEqual(["placed", "paid"]);
    const fates = app.journal.entries("billing").filter(({ eventId }) => eventId === "twice-paid");
    expect(fates.filter(({ fate }) => fate === "done")).toHaveLength(1);
    expect(fates.filter(({ fate }) => fate === "duplicate")).toHaveLength(5);
  });

  it("keeps the order of each order while many go on at once", async () => {
    const ids = Array.from({ length: 20 }, (_unused, index) => `ordered-${index}`);
    const published: Promise<unknown>[] = [];
    for (const id of ids) published.push(app.publishOrder("OrderPlaced", order(id)));
    for (const id of ids) {
      published.push(app.publishOrder("OrderPaid", { orderId: id, paymentId: id, amount: 20 }));
    }
    for (const id of ids) {
      const { lines } = order(id);
      published.push(app.publishOrder("OrderCancelled", { orderId: id, reason: "test", refund: 5, lines }));
    }
    await Promise.all(published);
    await app.quiet();

    for (const id of ids) {
      expect(await history(id)).toEqual(["placed", "paid", "cancelled"]);
      expect(await stock(`sku-${id}`)).toBe(0);
    }
  });

  it("never charges an order that does not exist", async () => {
    await app.redeliverToBilling("OrderPaid", { orderId: "never-placed", paymentId: "p", amount: 1 }, { id: "np" });
    await expect
      .poll(() => app.journal.entries("billing").find(({ eventId }) => eventId === "np"), { timeout: 20_000 })
      .toMatchObject({ fate: "retry" });
    expect(await account("never-placed")).toBeUndefined();
    // Comes to its end as soon as the order is there: nothing was lost meanwhile.
    await app.redeliverToBilling("OrderPlaced", order("never-placed"), { id: "np-placed", group: "another-group" });
    await app.quiet();
    expect(await history("never-placed")).toEqual(["placed", "paid"]);
  });
});

describe("notification", () => {
  it.each([
    ["eu", 100, true],
    ["us", 5_000, true],
    ["eu", 99.99, false],
    ["apac", 5_000, false],
  ] as const)("of an order from %s over %d: %s", async (region, total, expected) => {
    const id = `filter-${region}-${total}`;
    await app.publishOrder("OrderPlaced", order(id, { region, total }));
    await app.quiet();
    expect((await mail(id)) !== undefined).toBe(expected);
  });

  it("succeeds at the third attempt when the provider failed twice", async () => {
    await app.publishOrder("OrderPlaced", order("flaky", { email: "a@flaky.example", total: 500 }), { id: "flaky-1" });
    await app.quiet();
    expect(numberOf((await mail("flaky")) ?? {}, "attempts")).toBe(3);
    const fates = app.journal.entries("notification").filter(({ eventId }) => eventId === "flaky-1");
    expect(fates.map(({ fate, attempt }) => [fate, attempt])).toEqual([
      ["retry", 1],
      ["retry", 2],
      ["done", 3],
    ]);
  });

  it("dead-letters at once what no retry can help, with the reason", async () => {
    await app.deadLetters("notification");
    await app.publishOrder("OrderPlaced", order("bounced", { email: "a@bounced.example", total: 500 }));
    await app.quiet();
    const [letter, ...others] = await app.deadLetters("notification");
    expect(letter).toMatchObject({
      error: "Permanent",
      message: "the mail provider knows no such address",
      attempt: 1,
    });
    expect(JSON.parse(letter?.body ?? "")).toMatchObject({ type: "orders.OrderPlaced", data: { orderId: "bounced" } });
    expect(others).toEqual([]);
    expect(await mail("bounced")).toBeUndefined();
  });

  it("understands events of version 1, from before there were regions", async () => {
    const { region: _none, ...data } = order("old", { total: 300 });
    await app.clients.sns.send(
      new PublishCommand({
        TopicArn: app.resource("Shop/Orders/Topic"),
        MessageGroupId: "old",
        MessageDeduplicationId: "old-1",
        Message: JSON.stringify({
          specversion: "1.0",
          id: "old-1",
          source: "urn:old-shop",
          type: "orders.OrderPlaced",
          dataversion: 1,
          data,
        }),
        MessageAttributes: {
          type: { DataType: "String", StringValue: "orders.OrderPlaced" },
          region: { DataType: "String", StringValue: "eu" },
          total: { DataType: "Number", StringValue: "300" },
        },
      }),
    );
    await app.quiet();
    expect(await mail("old")).toMatchObject({ region: { S: "eu" } });
    expect(await history("old")).toEqual(["placed"]);
  });
});

describe("analytics", () => {
  it("writes batches, and leaves out one item without touching its neighbours", async () => {
    await app.deadLetters("analytics");
    const ids = Array.from({ length: 30 }, (_unused, index) => `bulk-${index}`);
    await Promise.all(
      ids.map((id, index) =>
        app.publishOrder("OrderPlaced", order(id, { region: "apac", total: index === 7 ? 2_000_000 : 10 }), { id }),
      ),
    );
    await app.quiet();

    const written = (await lake()).filter(({ id }) => id.startsWith("bulk-"));
    expect(written.map(({ id }) => id).sort()).toEqual(ids.filter((id) => id !== "bulk-7").sort());
    expect(new Set(written.map(({ object }) => object)).size).toBeLessThan(written.length / 2);
    expect(await app.deadLetters("analytics")).toMatchObject([{ error: "Permanent", message: "implausible total" }]);
  });
});

describe("inventory", () => {
  it("sets poison aside with its reason while its neighbours in the batch are processed", async () => {
    await app.deadLetters("inventory");
    const valid = (index: number) => ({
      specversion: "1.0",
      id: `neighbour-${index}`,
      source: "urn:test",
      type: "orders.OrderPlaced",
      dataversion: 2,
      data: order(`neighbour-${index}`, { lines: [{ sku: "neighbour", quantity: 2 }] }),
    });
    const bodies = [
      JSON.stringify(valid(1)),
      "{no json",
      JSON.stringify(valid(2)),
      JSON.stringify({ ...valid(3), data: { orderId: 7 } }),
      JSON.stringify({ ...valid(4), type: "orders.OrderShipped" }),
      JSON.stringify(valid(5)),
    ];
    await app.clients.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: app.queueUrl("inventory"),
        Entries: bodies.map((MessageBody, index) => ({
          Id: String(index),
          MessageBody,
          MessageAttributes: { shelf: { DataType: "String", StringValue: "b-12" } },
        })),
      }),
    );
    await app.quiet();

    expect(await stock("neighbour")).toBe(-6);
    const letters = await app.deadLetters("inventory");
    expect(letters.map(({ error, attempt, body }) => [error, attempt, bodies.indexOf(body)]).sort()).toEqual([
      ["BodyMalformed", 1, 1],
      ["SchemaMismatch", 1, 3],
      ["UnknownEvent", 1, 4],
    ]);
  });
});
