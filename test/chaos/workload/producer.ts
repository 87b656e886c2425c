import { setTimeout as delay } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { createPublisher, type Publisher, s3PayloadStore } from "fanfare";
import type { OrderEvent } from "../../../infra/demo/workload/order-routes.ts";
import { orders } from "../../../lambdas/orders/contract.ts";
import { familyOf, webhooks } from "../../../lambdas/webhooks/contract.ts";
import type { Resources } from "../runtime/resources.ts";
import type { Task } from "./workload.ts";

/** Orders and webhooks under way at once. */
const CONCURRENCY = 64;
/** Pause after a publication that failed for good: a producer that keeps what it could not get rid of. */
const PAUSE_MS = 250;

/** Publishes everything through the proxy with Fanfare's own publishers, each event until it is acknowledged. */
export class Producer {
  readonly #publishOrder: Publisher<typeof orders>;
  readonly #publishWebhook: Publisher<typeof webhooks>;
  readonly #toBilling: Publisher<typeof orders>;
  readonly #sqs: SQSClient;
  readonly #resources: Resources;
  readonly #clients: readonly { destroy(): void }[];
  #acknowledged = 0;
  #rejected = 0;
  #lastError: unknown;

  constructor(resources: Resources, endpoint: string) {
    const common = {
      region: "eu-central-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      endpoint,
    };
    const sns = new SNSClient(common);
    const sqs = new SQSClient({ ...common, useQueueUrlAsEndpoint: false });
    const s3 = new S3Client({ ...common, forcePathStyle: true });
    const clients = { sns, sqs, s3, dynamodb: new DynamoDBClient(common) };
    const location = { bucket: resources.resource("Webhooks/Webhooks/Payloads/Bucket"), prefix: "webhooks/" };
    this.#publishOrder = createPublisher(orders, { target: resources.resource("Shop/Orders/Topic"), clients });
    this.#publishWebhook = createPublisher(webhooks, {
      target: resources.resource("Webhooks/Webhooks/Topic"),
      payloads: s3PayloadStore({ location, client: s3 }),
      clients,
    });
    this.#toBilling = createPublisher(orders, { target: resources.queueUrl("billing"), clients });
    this.#sqs = sqs;
    this.#resources = resources;
    this.#clients = Object.values(clients);
  }

  /** Events that were acknowledged, repeated ones not counted. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Publications that the publisher gave up, and that were begun anew. */
  get rejected(): number {
    return this.#rejected;
  }

  /**
   * Does all tasks. Resolves when everything has been acknowledged.
   *
   * @throws Error when `signal` ends it, with what the last publication failed of.
   */
  async run(tasks: readonly Task[], signal: AbortSignal): Promise<void> {
    const queue = tasks[Symbol.iterator]();
    await Promise.all(
      Array.from({ length: CONCURRENCY }, async () => {
        for (const task of queue) {
          await this.#do(task, signal);
        }
      }),
    );
  }

  close(): void {
    for (const client of this.#clients) {
      client.destroy();
    }
  }

  async #do(task: Task, signal: AbortSignal): Promise<void> {
    switch (task.kind) {
      case "order":
        // One after the other: the next event of an order exists only when the one before is out.
        for (const event of task.events) {
          await this.#untilTaken(() => publishOrder(this.#publishOrder, event, {}), signal);
          this.#acknowledged += 1;
        }
        if (task.repeated) {
          // Another deduplication id: or the queue itself would drop it.
          for (const event of task.events) {
            const deduplicationId = `again-${event.id}`;
            await this.#untilTaken(() => publishOrder(this.#toBilling, event, { deduplicationId }), signal);
          }
        }
        break;
      case "webhook": {
        const { id, event, payload } = task.webhook;
        const publish = () => this.#publishWebhook(familyOf(event), { event, payload }, { id });
        await this.#untilTaken(publish, signal);
        this.#acknowledged += 1;
        if (task.repeated) {
          await this.#untilTaken(publish, signal);
        }
        break;
      }
      case "poison": {
        const { name, id, body } = task.poison;
        const QueueUrl = this.#resources.queueUrl(name);
        const fifo = QueueUrl.endsWith(".fifo") ? { MessageGroupId: id, MessageDeduplicationId: id } : {};
        await this.#untilTaken(
          () => this.#sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body, ...fifo })),
          signal,
        );
        break;
      }
    }
  }

  async #untilTaken(publish: () => Promise<unknown>, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await publish();
        return;
      } catch (error) {
        this.#rejected += 1;
        this.#lastError = error;
        await delay(PAUSE_MS);
      }
    }
    throw new Error(`not everything was published in time; the last error: ${String(this.#lastError)}`);
  }
}

function publishOrder(
  publisher: Publisher<typeof orders>,
  event: OrderEvent,
  options: { readonly deduplicationId?: string },
) {
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
