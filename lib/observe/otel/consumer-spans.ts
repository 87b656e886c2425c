import {
  context,
  isSpanContextValid,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import {
  type DeliveryInfo,
  type EventInfo,
  type InvocationStartedStep,
  redrivesOf,
  type SettledStep,
  type Step,
  type TraceContext,
} from "../../hook/index.ts";
import { destinationOf, errorTypeOf, operationAttributes } from "./attributes.ts";
import { traceContextOf } from "./contexts.ts";
import { originsOf } from "./origins.ts";

/** What tracing consumers needs to know. */
export interface ConsumerSpanOptions {
  readonly parent: "batch" | "event";
  readonly slowMs: number;
}

/** A step inside a delivery, which is a span only where it was slow or failed. */
interface InnerStep {
  readonly name: string;
  readonly at: number;
  readonly durationMs: number;
  readonly error: unknown;
}

/** A delivery that is not settled. */
interface Tracing {
  readonly batch: Span;
  readonly consumer: string;
  readonly receivedAt: number;
  /** Made when the event is known: it decides on links and parent. */
  span: Span | undefined;
  /** What happened before. */
  readonly early: InnerStep[];
}

/** The spans of consumers: one per batch, linked to its events, and one per record, from its receive to its outcome. */
export class ConsumerSpans {
  readonly #tracer: Tracer;
  readonly #options: ConsumerSpanOptions;
  /** By the invocation's object. */
  readonly #batches = new WeakMap<object, Span>();
  readonly #tracing = new WeakMap<DeliveryInfo, Tracing>();

  constructor(tracer: Tracer, options: ConsumerSpanOptions) {
    this.#tracer = tracer;
    this.#options = options;
  }

  onStep(step: Step): void {
    switch (step.type) {
      case "invocationStarted":
        this.#startBatch(step);
        break;
      case "fetched":
        this.#inner(step.delivery, { ...step, name: "fanfare.fetch" });
        break;
      case "decoded":
        this.#decoded(step.delivery, step.event);
        break;
      case "claimed": {
        const failed = step.outcome?.kind === "retry" && step.outcome.cause === "dependency";
        const error = failed && step.outcome !== undefined && "error" in step.outcome ? step.outcome.error : undefined;
        this.#inner(step.delivery, { ...step, name: "fanfare.claim", error });
        break;
      }
      case "started":
        this.#spanOf(step.delivery)?.addEvent("fanfare.started", { "fanfare.tries": step.tries }, new Date(step.at));
        break;
      case "ended":
        this.#spanOf(step.delivery)?.addEvent("fanfare.ended", { "fanfare.result": step.result }, new Date(step.at));
        break;
      case "committed":
        this.#inner(step.delivery, { ...step, name: "fanfare.commit" });
        break;
      case "completed": {
        const error = step.status === "settled" ? undefined : new Error(step.status);
        this.#inner(step.delivery, { ...step, name: "fanfare.complete", error });
        break;
      }
      case "letterSent":
        this.#inner(step.delivery, { ...step, name: "fanfare.dead_letter" });
        break;
      case "settled":
        this.#settled(step);
        break;
      case "invocationEnded":
        this.#batches.get(step.invocation)?.end(new Date(step.at));
        this.#batches.delete(step.invocation);
        break;
    }
  }

  /** A handler's spans are children of its record's; a batch handler's are those of the batch. */
  runInside(deliveries: readonly DeliveryInfo[], handler: () => unknown): unknown {
    const [first] = deliveries;
    const span = first && (deliveries.length === 1 ? this.#spanOf(first) : this.#tracingOf(first)?.batch);
    return span === undefined ? handler() : context.with(trace.setSpan(context.active(), span), handler);
  }

  /** The context of a record's span, for its dead letter: the redriven message is linked to it. */
  traceContextOf(delivery: DeliveryInfo): TraceContext | undefined {
    const span = this.#spanOf(delivery);
    return span && traceContextOf(span);
  }

  logFields(delivery: DeliveryInfo): Readonly<Record<string, string>> {
    const found = this.#spanOf(delivery)?.spanContext();
    return found === undefined || !isSpanContextValid(found) ? {} : { traceId: found.traceId, spanId: found.spanId };
  }

  #startBatch({ at, consumer, invocation, deliveries }: InvocationStartedStep): void {
    const queue = deliveries[0]?.queueArn ?? "";
    const batch = this.#tracer.startSpan(
      `process_batch ${destinationOf(queue)}`,
      {
        kind: SpanKind.CONSUMER,
        startTime: new Date(at),
        attributes: {
          ...operationAttributes("process_batch", queue),
          "messaging.batch.message_count": deliveries.length,
          "messaging.consumer.group.name": consumer,
          "faas.invocation_id": invocation.id,
        },
      },
      context.active(),
    );
    this.#batches.set(invocation, batch);
    for (const delivery of deliveries) {
      this.#tracing.set(delivery, { batch, consumer, receivedAt: at, span: undefined, early: [] });
    }
  }

  #decoded(delivery: DeliveryInfo, event: EventInfo | undefined): void {
    const tracing = this.#tracingOf(delivery);
    if (tracing !== undefined) {
      this.#start(tracing, delivery, event);
    }
  }

  #start(tracing: Tracing, delivery: DeliveryInfo, event: EventInfo | undefined): Span {
    const origins = originsOf(delivery, event);
    const links: Link[] = origins.map((origin) => ({ context: origin }));
    tracing.batch.addLinks(links);
    const [origin] = origins;
    const inEvent = this.#options.parent === "event" && origin !== undefined;
    const parent = inEvent ? trace.setSpanContext(ROOT_CONTEXT, origin) : trace.setSpan(ROOT_CONTEXT, tracing.batch);
    const span = this.#tracer.startSpan(
      `process ${destinationOf(delivery.queueArn)}`,
      {
        kind: SpanKind.CONSUMER,
        startTime: new Date(tracing.receivedAt),
        links: inEvent ? [{ context: tracing.batch.spanContext() }, ...links.slice(1)] : links,
        attributes: { ...recordAttributes(tracing.consumer, delivery), ...eventAttributes(event) },
      },
      parent,
    );
    tracing.span = span;
    for (const step of tracing.early.splice(0)) {
      this.#record(span, step);
    }
    return span;
  }

  /** The record of a part of a message is the message's. */
  #tracingOf(delivery: DeliveryInfo): Tracing | undefined {
    return this.#tracing.get(delivery.whole ?? delivery);
  }

  #spanOf(delivery: DeliveryInfo): Span | undefined {
    return this.#tracingOf(delivery)?.span;
  }

  #inner(delivery: DeliveryInfo, step: InnerStep): void {
    const tracing = this.#tracingOf(delivery);
    if (tracing?.span === undefined) {
      tracing?.early.push(step);
    } else {
      this.#record(tracing.span, step);
    }
  }

  #record(record: Span, { name, at, durationMs, error }: InnerStep): void {
    if (error === undefined && durationMs < this.#options.slowMs) {
      return;
    }
    const parent = trace.setSpan(ROOT_CONTEXT, record);
    const attributes = error === undefined ? {} : { "error.type": errorTypeOf(error) };
    this.#tracer.startSpan(name, { startTime: new Date(at - durationMs), attributes }, parent).end(new Date(at));
  }

  #settled({ at, delivery, event, outcome, tries, last }: SettledStep): void {
    const tracing = this.#tracing.get(delivery);
    if (tracing === undefined) {
      return;
    }
    const span = tracing.span ?? this.#start(tracing, delivery, event);
    const error = "error" in outcome ? outcome.error : undefined;
    span.setAttributes({
      "fanfare.outcome": outcome.kind,
      ...(outcome.kind === "retry" ? { "fanfare.cause": outcome.cause } : {}),
      ...(tries === undefined ? {} : { "fanfare.tries": tries }),
      ...(error === undefined ? {} : { "error.type": errorTypeOf(error) }),
    });
    if (outcome.kind === "deadLettered" || last) {
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end(new Date(at));
    this.#tracing.delete(delivery);
  }
}

function recordAttributes(consumer: string, delivery: DeliveryInfo) {
  const redrives = redrivesOf(delivery);
  return {
    ...operationAttributes("process", delivery.queueArn),
    "messaging.message.id": delivery.messageId,
    "messaging.consumer.group.name": consumer,
    "fanfare.attempt": delivery.receiveCount,
    ...(delivery.group === "" ? {} : { "fanfare.group": delivery.group }),
    ...(redrives === 0 ? {} : { "fanfare.redrives": redrives }),
  };
}

function eventAttributes(event: EventInfo | undefined) {
  return event === undefined
    ? {}
    : {
        "fanfare.event": event.name,
        "cloudevents.event_id": event.id,
        "cloudevents.event_source": event.source,
        "cloudevents.event_type": event.type,
        ...(event.correlationId === undefined ? {} : { "messaging.message.conversation_id": event.correlationId }),
      };
}
