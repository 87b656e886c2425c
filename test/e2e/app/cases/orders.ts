import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { PublishCommand } from "@aws-sdk/client-sns";
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { z } from "zod";
import { numberOf, textOf } from "../../../../infra/demo/stage/effects.ts";
import { SUBSCRIBERS_OF } from "../../../../infra/demo/stage/subscribers.ts";
import { eventually, holds, takeDeadLetters } from "./checks.ts";
import type { AppCase } from "./reference-app.ts";
import { account, history, lake, mail, order, stock } from "./shop.ts";

const checkedOut = z.object({ orderId: z.string(), eventId: z.string() });

const MAILS = [
  ["eu", 100, true],
  ["us", 5_000, true],
  ["eu", 99.99, false],
  ["apac", 5_000, false],
] as const;

/** Checkout and the subscribers beside billing. */
export const orderCases: readonly AppCase[] = [
  {
    name: "checkout: announces an order once, and all four subscribers hear it",
    run: async (app) => {
      const [mug, pot] = [app.unique("checkout-mug"), app.unique("checkout-pot")];
      const result = await app.invoke("Shop/Checkout", {
        customerId: "c-9",
        email: "c-9@mail.example",
        region: "us",
        basket: [
          { sku: mug, quantity: 3, price: 19.99 },
          { sku: pot, quantity: 1, price: 60.1 },
        ],
      });
      equal(result.status, "succeeded");
      const { orderId, eventId } = checkedOut.parse(result.status === "succeeded" ? result.payload : {});
      await holds(app, SUBSCRIBERS_OF.orders, async () => {
        equal(numberOf((await account(app, orderId)) ?? {}, "due"), 120.07);
        equal(await stock(app, mug), -3);
        equal(await stock(app, pot), -1);
        const sent = (await mail(app, orderId)) ?? {};
        deepEqual([textOf(sent, "id"), textOf(sent, "to")], [eventId, "c-9@mail.example"]);
        const lines = (await lake(app)).filter(({ id }) => id === eventId);
        deepEqual(
          lines.map(({ event }) => event),
          ["OrderPlaced"],
        );
      });
    },
  },
  {
    name: "checkout: refuses a bad request, and sends nothing",
    run: async (app) => {
      const customerId = app.unique("refused");
      const basket = [{ sku: "mug", quantity: 1, price: 1 }];
      const result = await app.invoke("Shop/Checkout", { customerId, email: "no address", region: "us", basket });
      equal(result.status, "failed");
      match(result.status === "failed" ? result.message : "", /^OrderPlaced does not match its schema/);
      // Analytics hears everything: when it has written what came later, it would have written this as well.
      const later = app.unique("later");
      await app.publishOrder("OrderPlaced", order(later));
      await holds(app, ["analytics"], async () => {
        const lines = await lake(app);
        ok(lines.some(({ orderId }) => orderId === later));
        equal(
          lines.find((line) => line.customerId === customerId),
          undefined,
        );
      });
    },
  },
  ...MAILS.map(
    ([region, total, expected]): AppCase => ({
      name: `notification: ${expected ? "a mail" : "no mail"} for an order from ${region} over ${total}`,
      run: async (app) => {
        const id = app.unique(`filter-${region}-${total}`);
        await app.publishOrder("OrderPlaced", order(id, { region, total }));
        await holds(app, ["billing", "notification"], async () => {
          // Billing hears every order: the filter has been asked by then.
          notEqual(await account(app, id), undefined);
          equal((await mail(app, id)) !== undefined, expected);
        });
      },
    }),
  ),
  {
    name: "notification: succeeds at the third attempt when the provider failed twice",
    run: async (app) => {
      const orderId = app.unique("flaky");
      const id = `${orderId}-1`;
      await app.publishOrder("OrderPlaced", order(orderId, { email: "a@flaky.example", total: 500 }), { id });
      await holds(app, ["notification"], async () => {
        equal(numberOf((await mail(app, orderId)) ?? {}, "attempts"), 3);
        deepEqual(
          (await app.outcomes("notification", id)).map(({ outcome, attempt }) => [outcome, attempt]),
          [
            ["retry", 1],
            ["retry", 2],
            ["done", 3],
          ],
        );
      });
    },
  },
  {
    name: "notification: dead-letters at once what no retry can help, with the reason",
    run: async (app) => {
      const orderId = app.unique("bounced");
      await app.publishOrder("OrderPlaced", order(orderId, { email: "a@bounced.example", total: 500 }));
      const [deadLetter] = await takeDeadLetters(app, "notification", 1);
      deepEqual(
        [deadLetter?.error, deadLetter?.message, deadLetter?.attempt],
        ["Permanent", "the address does not exist at the mail provider", 1],
      );
      const body: { type?: unknown; data?: { orderId?: unknown } } = JSON.parse(deadLetter?.body ?? "{}");
      deepEqual([body.type, body.data?.orderId], ["orders.OrderPlaced", orderId]);
      await app.quiet(["notification"]);
      equal(await mail(app, orderId), undefined);
    },
  },
  {
    name: "notification: understands events of version 1, from before there were regions",
    run: async (app) => {
      const orderId = app.unique("old");
      const { region: _none, ...data } = order(orderId, { total: 300 });
      const envelope = { specversion: "1.0", id: `${orderId}-1`, source: "urn:old-shop", type: "orders.OrderPlaced" };
      await app.clients.sns.send(
        new PublishCommand({
          TopicArn: app.resource("Shop/Orders/Topic"),
          MessageGroupId: orderId,
          MessageDeduplicationId: `${orderId}-1`,
          Message: JSON.stringify({ ...envelope, dataversion: 1, data }),
          MessageAttributes: {
            type: { DataType: "String", StringValue: "orders.OrderPlaced" },
            region: { DataType: "String", StringValue: "eu" },
            total: { DataType: "Number", StringValue: "300" },
          },
        }),
      );
      await holds(app, ["billing", "notification"], async () => {
        equal(textOf((await mail(app, orderId)) ?? {}, "region"), "eu");
        deepEqual(await history(app, orderId), ["placed"]);
      });
    },
  },
  {
    name: "analytics: writes batches, and leaves out one item without touching its neighbours",
    run: async (app) => {
      const ids = Array.from({ length: 30 }, (_unused, index) => app.unique(`bulk-${index}`));
      const [implausible] = ids;
      await Promise.all(
        ids.map((id) =>
          app.publishOrder("OrderPlaced", order(id, { region: "apac", total: id === implausible ? 2_000_000 : 10 }), {
            id,
          }),
        ),
      );
      await holds(app, ["analytics"], async () => {
        const written = (await lake(app)).filter(({ id }) => ids.includes(id));
        deepEqual(written.map(({ id }) => id).sort(), ids.filter((id) => id !== implausible).sort());
        ok(new Set(written.map(({ object }) => object)).size < written.length / 2);
      });
      const [deadLetter] = await takeDeadLetters(app, "analytics", 1);
      deepEqual([deadLetter?.error, deadLetter?.message], ["Permanent", "implausible total"]);
    },
  },
  {
    name: "inventory: sets poison aside with its reason while its neighbours in the batch are processed",
    run: async (app) => {
      const sku = app.unique("neighbour");
      const valid = (index: number) => ({
        specversion: "1.0",
        id: `${sku}-${index}`,
        source: "urn:test",
        type: "orders.OrderPlaced",
        dataversion: 2,
        data: order(`${sku}-${index}`, { lines: [{ sku, quantity: 2 }] }),
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
      const deadLetters = await takeDeadLetters(app, "inventory", 3);
      deepEqual(deadLetters.map(({ error, attempt, body }) => [error, attempt, bodies.indexOf(body)]).sort(), [
        ["BodyMalformed", 1, 1],
        ["SchemaMismatch", 1, 3],
        ["UnknownEvent", 1, 4],
      ]);
      await eventually(async () => equal(await stock(app, sku), -6));
      await holds(app, ["inventory"], async () => equal(await stock(app, sku), -6));
    },
  },
];
