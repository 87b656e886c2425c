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

/** A step inside a delivery, which is a span only where it was slow or failed. */
export interface InnerStep {
  readonly name: string;
  readonly at: number;
  readonly durationMs: number;
  readonly error: unknown;
}

/** The span of a delivery that is not settled. */
export interface RecordSpan {
  /** Started when the event is known: it decides on links and parent. */
  span: Span | undefined;
  /** What happened before, and is a span. */
  early: InnerStep[] | undefined;
}

/** The span of an invocation, and those of its records. */
export class BatchSpan {
  readonly span: Span;
  /** What the spans of records are children of. */
  readonly context: Context;
  readonly receivedAt: number;
  /**
   * Whether this span stands for those of its records: the sampler has decided for all of them. Only a record that is in its event's trace may
   * be sampled where its batch is not.
   */
  readonly standsForRecords: boolean;
  readonly #consumer: string;
  /** By the queue's ARN: most invocations have records of one queue. */
  readonly #common = new Map<string, QueueCommon>();
  readonly #records = new Map<DeliveryInfo, RecordSpan>();
  /** The last {@link contextWith}: all handlers of an unsampled batch have the same. */
  #last: { readonly active: Context; readonly span: Span; readonly context: Context } | undefined;

  /**
   * Starts the span.
   *
   * @param parent what records are children of
   */
  constructor(
    tracer: Tracer,
    { at, consumer, invocation, deliveries }: InvocationStartedStep,
    parent: "batch" | "event",
  ) {
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
    this.standsForRecords = parent === "batch" && !this.span.isRecording();
    if (!this.standsForRecords) {
      for (const delivery of deliveries) {
        this.#records.set(delivery, { span: undefined, early: undefined });
      }
    }
  }

  /** Whether there is a trace at all: without an SDK there is none. */
  get isTraced(): boolean {
    return isSpanContextValid(this.span.spanContext());
  }

  /** What is known of a delivery that has a span of its own, until it is settled. The record of a part of a message is the message's. */
  recordOf(delivery: DeliveryInfo): RecordSpan | undefined {
    return this.#records.get(delivery.whole ?? delivery);
  }

  /** Forgets a delivery, and returns what was known of it. */
  settle(delivery: DeliveryInfo): RecordSpan | undefined {
    const record = this.#records.get(delivery);
    this.#records.delete(delivery);
    return record;
  }

  /** The span that tells of a delivery; `undefined` for one that is not decoded yet, or is settled. */
  spanOf(delivery: DeliveryInfo): Span | undefined {
    return this.standsForRecords ? this.span : this.recordOf(delivery)?.span;
  }

  /** The active context, with a span. */
  contextWith(span: Span): Context {
    const active = context.active();
    if (this.#last?.active !== active || this.#last.span !== span) {
      this.#last = { active, span, context: trace.setSpan(active, span) };
    }
    return this.#last.context;
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
