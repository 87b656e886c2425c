import { PutObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { familyOf } from "../../../lambdas/webhooks/contract.ts";
import type { Plan } from "../plan.ts";
import type { Stage } from "../stage/stage.ts";
import { SUBSCRIBERS_OF } from "../stage/subscribers.ts";
import type { Upload } from "./images.ts";
import { type OrderEvent, outcomeOf } from "./order-routes.ts";
import type { Poison } from "./poison.ts";
import { type Webhook, webhookOutcome } from "./webhooks.ts";

/** Publishes events of orders, in order within each order. */
export async function sendOrders(stage: Stage, plan: Plan, events: readonly OrderEvent[]): Promise<void> {
  for (const event of events) {
    for (const name of SUBSCRIBERS_OF.orders) {
      plan.expect(name, event.id, outcomeOf(name, event));
    }
  }
  await Promise.all(events.map((event) => publish(stage.publishOrder, event, {})));
}

/** Sends published events to billing a second time, as a producer does that has lost its state. */
export async function redeliver(stage: Stage, plan: Plan, events: readonly OrderEvent[]): Promise<void> {
  for (const { id } of events) {
    plan.expect("billing", id, { kind: "duplicate" });
  }
  // With another deduplication id: otherwise the queue itself would drop them.
  await Promise.all(
    events.map((event) => publish(stage.redeliverToBilling, event, { deduplicationId: `again-${event.id}` })),
  );
}

function publish(publisher: Stage["publishOrder"], event: OrderEvent, options: { readonly deduplicationId?: string }) {
  const all = { ...options, id: event.id };
  switch (event.name) {
    case "OrderPlaced":
      return publisher(event.name, event.data, all);
    case "OrderPaid":
      return publisher(event.name, event.data, all);
    case "OrderCancelled":
      return publisher(event.name, event.data, all);
  }
}

/** Publishes webhooks with GitHub's delivery ids; `again` for those that have been published before. */
export async function sendWebhooks(
  stage: Stage,
  plan: Plan,
  webhooks: readonly Webhook[],
  when: "first" | "again",
): Promise<void> {
  for (const webhook of webhooks) {
    for (const name of SUBSCRIBERS_OF.webhooks) {
      const outcome = webhookOutcome(name, webhook);
      const repeated = when === "again" && outcome.kind === "processed";
      plan.expect(name, webhook.id, repeated ? { kind: "duplicate" } : outcome);
    }
  }
  await Promise.all(
    webhooks.map(({ id, event, payload }) => stage.publishWebhook(familyOf(event), { event, payload }, { id })),
  );
}

/** Uploads images. S3 notifies the queue of each, and sent a test event when the notification was configured. */
export async function sendUploads(stage: Stage, plan: Plan, uploads: readonly Upload[]): Promise<void> {
  plan.expect("thumbnailer", "s3:TestEvent", { kind: "ignored" });
  const Bucket = stage.resource("Images/Uploads");
  for (const { key, body, contentType, thumbnail } of uploads) {
    plan.expect(
      "thumbnailer",
      key,
      thumbnail === undefined ? { kind: "deadLettered", error: "Permanent" } : { kind: "processed" },
    );
    await stage.clients.s3.send(new PutObjectCommand({ Bucket, Key: key, Body: body, ContentType: contentType }));
  }
}

/** Sends poison messages directly to queues. */
export async function sendPoison(stage: Stage, plan: Plan, poison: readonly Poison[]): Promise<void> {
  for (const { subscriber, id, body, error } of poison) {
    plan.expect(subscriber, id, { kind: "deadLettered", error });
    const QueueUrl = stage.queueUrl(subscriber);
    const fifo = QueueUrl.endsWith(".fifo") ? { MessageGroupId: id, MessageDeduplicationId: id } : {};
    await stage.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...fifo }));
  }
}
