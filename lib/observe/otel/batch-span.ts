import {
  type Attributes,
  type Context,
  context,
  isSpanContextValid,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type { DeliveryInfo, EventInfo, InvocationStartedStep } from "../../hook/index.ts";
import { redrivesOf } from "../../hook/index.ts";
import { destinationOf, operationAttributes } from "./attributes.ts";
import { timeInput } from "./times.ts";

/** The span of an invocation, and what the spans of its records have in common. */
export class BatchSpan {
  readonly span: Span;
  /** What the spans of records are children of. */
  readonly context: Context;
  readonly receivedAt: number;
  readonly #consumer: string;
  /** By the queue's ARN: most invocations have records of one queue. */
  readonly #common = new Map<string, QueueCommon>();

  /** Starts the span. */
  constructor(tracer: Tracer, { at, consumer, invocation, deliveries }: InvocationStartedStep) {
    const queue = deliveries[0]?.queueArn ?? "";
    const attributes = {
      ...operationAttributes("process_batch", queue),
      "messaging.batch.message_count": deliveries.length,
      "messaging.consumer.group.name": consumer,
      "faas.invocation_id": invocation.id,
    };
    const options = { kind: SpanKind.CONSUMER, startTime: timeInput(at), attributes };
    this.span = tracer.startSpan(`process_batch ${destinationOf(queue)}`, options, context.active());
    this.context = trace.setSpan(ROOT_CONTEXT, this.span);
    this.receivedAt = at;
    this.#consumer = consumer;
  }

  /** Whether there is a trace at all: without an SDK there is none. */
  get isTraced(): boolean {
    return isSpanContextValid(this.span.spanContext());
  }

  nameOf(delivery: DeliveryInfo): string {
    return this.#commonOf(delivery.queueArn).name;
  }

  /** The attributes of a record's span when it starts. */
  attributesOf(delivery: DeliveryInfo, event: EventInfo | undefined): Attributes {
    const attributes: Attributes = {
      ...this.#commonOf(delivery.queueArn).attributes,
      "messaging.message.id": delivery.messageId,
      "fanfare.attempt": delivery.receiveCount,
    };
    if (delivery.group !== "") {
      attributes["fanfare.group"] = delivery.group;
    }
    const redrives = redrivesOf(delivery);
    if (redrives !== 0) {
      attributes["fanfare.redrives"] = redrives;
    }
    if (event !== undefined) {
      attributes["fanfare.event"] = event.name;
      attributes["cloudevents.event_id"] = event.id;
      attributes["cloudevents.event_source"] = event.source;
      attributes["cloudevents.event_type"] = event.type;
      if (event.correlationId !== undefined) {
        attributes["messaging.message.conversation_id"] = event.correlationId;
      }
    }
    return attributes;
  }

  #commonOf(queueArn: string): QueueCommon {
    let common = this.#common.get(queueArn);
    if (common === undefined) {
      const attributes = {
        ...operationAttributes("process", queueArn),
        "messaging.consumer.group.name": this.#consumer,
      };
      common = { name: `process ${destinationOf(queueArn)}`, attributes };
      this.#common.set(queueArn, common);
    }
    return common;
  }
}

/** What the spans of a queue's records have in common. */
interface QueueCommon {
  readonly name: string;
  readonly attributes: Attributes;
}
