import { propagation, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { orders } from "../../../lambdas/orders/contract.ts";
import { systemClock } from "../../../lib/clock/index.ts";
import { consume, createPublisher, type Handlers, PermanentError, type SqsRecord } from "../../../lib/index.ts";
import { otel } from "../../../lib/observe/otel/index.ts";
import { recording } from "../consume/recording-sqs.ts";
import { context, MemoryStore, silent } from "../consume/support.ts";
import { scriptedSns, TOPIC } from "../publish/support.ts";

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });

beforeAll(() => provider.register());
afterAll(async () => {
  await provider.shutdown();
  trace.disable();
  propagation.disable();
});

const SUBSCRIBERS = ["Billing", "Inventory", "Notification", "Analytics"] as const;
type Subscriber = (typeof SUBSCRIBERS)[number];

const arnOf = (subscriber: Subscriber) => `arn:aws:sqs:eu-central-1:123456789012:${subscriber}`;

/** The way of one order through the reference app's topic, to four subscribers, with the real consumer and publisher. */
class Shop {
  readonly #sns = scriptedSns();
  readonly #dead = recording();
  readonly #store = new MemoryStore();
  readonly #observers = [otel()];
  readonly publish = createPublisher(orders, {
    target: TOPIC,
    clock: systemClock,
    clients: { sns: this.#sns.client },
    observers: this.#observers,
  });

  /** What the topic delivers of its last message to a subscriber. */
  delivery(subscriber: Subscriber, receive: number, more: Partial<SqsRecord> = {}): SqsRecord {
    const body = this.#sns.calls.flat().at(-1)?.Message ?? "";
    return {
      messageId: `${subscriber}-message`,
      receiptHandle: `${subscriber}-${receive}`,
      body,
      attributes: { ApproximateReceiveCount: String(receive) },
      messageAttributes: {},
      eventSourceARN: arnOf(subscriber),
      ...more,
    };
  }

  /** The dead letter as a redrive brings it back. */
  redriven(subscriber: Subscriber): SqsRecord {
    const letter = this.#dead.calls.flat().at(-1);
    const attributes = Object.entries(letter?.MessageAttributes ?? {}).map(([name, { DataType, StringValue }]) => [
      name,
      { dataType: DataType, stringValue: StringValue },
    ]);
    const messageAttributes = Object.fromEntries(attributes);
    return this.delivery(subscriber, 1, { body: letter?.MessageBody ?? "", messageAttributes, messageId: "redriven" });
  }

  async receive(subscriber: Subscriber, record: SqsRecord, handlers: Handlers<typeof orders>): Promise<void> {
    const consumer = consume(orders, handlers, {
      consumer: `orders.${subscriber}`,
      store: this.#store,
      observers: this.#observers,
      logger: silent,
      backoff: false,
      deadLetterQueues: { [arnOf(subscriber)]: { url: "https://sqs.eu-central-1.amazonaws.com/1/dead" } },
      clients: { sqs: this.#dead.client },
    });
    await consumer({ Records: [record] }, context());
  }
}

/** A tree of spans as text: the children of each by name, and to what it is linked. */
function drawn(spans: readonly ReadableSpan[]): string[] {
  const idOf = (span: ReadableSpan) => span.spanContext().spanId;
  const labelOf = (span: ReadableSpan) => {
    const { "fanfare.outcome": outcome, "fanfare.cause": cause } = span.attributes;
    const error = span.status.code === SpanStatusCode.ERROR ? " ERROR" : "";
    const named = [outcome, cause].filter((each) => each !== undefined).join(" ");
    return `${span.name}${named === "" ? "" : `: ${named}`}${error}`;
  };
  const byId = new Map(spans.map((span) => [idOf(span), span]));
  const lines = (span: ReadableSpan, depth: number): string[] => {
    const links = span.links
      .map((link) => byId.get(link.context.spanId))
      .map((to) => (to === undefined ? "?" : labelOf(to)));
    const text = `${"  ".repeat(depth)}${labelOf(span)}${links.length === 0 ? "" : ` -> ${links.join(", ")}`}`;
    const children = spans.filter((each) => each.parentSpanContext?.spanId === idOf(span));
    return [text, ...children.flatMap((child) => lines(child, depth + 1))];
  };
  return spans.filter((span) => span.parentSpanContext === undefined).flatMap((span) => lines(span, 0));
}

it("is one tree from the checkout to every outcome: fan-out, a retry, a dead letter, a redrive", async () => {
  const shop = new Shop();
  const tracer = trace.getTracer("app");
  await tracer.startActiveSpan("POST /checkout", async (span) => {
    await shop.publish("OrderPlaced", ORDER);
    span.end();
  });
  const ok = { OrderPlaced: () => tracer.startSpan("work").end() };
  const fails = { OrderPlaced: () => Promise.reject(new Error("the card service is down")) };
  const refuses = { OrderPlaced: () => Promise.reject(new PermanentError("no such address")) };
  await shop.receive("Billing", shop.delivery("Billing", 1), fails);
  await shop.receive("Inventory", shop.delivery("Inventory", 1), ok);
  await shop.receive("Notification", shop.delivery("Notification", 1), refuses);
  await shop.receive("Analytics", shop.delivery("Analytics", 1), ok);
  await shop.receive("Billing", shop.delivery("Billing", 2), ok);
  await shop.receive("Notification", shop.redriven("Notification"), ok);
  expect(drawn(exporter.getFinishedSpans())).toEqual(GOLDEN);
});

const GOLDEN = [
  "POST /checkout",
  "  create orders",
  "    publish orders -> create orders",
  "process_batch Billing -> create orders",
  "  process Billing: retry handler -> create orders",
  "process_batch Inventory -> create orders",
  "  process Inventory: done -> create orders",
  "    work",
  "process_batch Notification -> create orders",
  "  process Notification: deadLettered ERROR -> create orders",
  "process_batch Analytics -> create orders",
  "  process Analytics: done -> create orders",
  "    work",
  "process_batch Billing -> create orders",
  "  process Billing: done -> create orders",
  "    work",
  "process_batch Notification -> create orders, process Notification: deadLettered ERROR",
  "  process Notification: done -> create orders, process Notification: deadLettered ERROR",
  "    work",
];

const ORDER = {
  orderId: "o-1",
  customerId: "c-1",
  email: "a@example.com",
  region: "eu" as const,
  total: 10,
  lines: [{ sku: "tea", quantity: 1 }],
};
