import {
  type Attributes,
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
import type {
  DeliveryInfo,
  EndedStep,
  EventInfo,
  InvocationStartedStep,
  SettledStep,
  StartedStep,
  Step,
  TimedStep,
  TraceContext,
} from "../../hook/index.ts";
import { errorTypeOf } from "./attributes.ts";
import { BatchSpan } from "./batch-span.ts";
import { traceContextOf } from "./contexts.ts";
import { originsOf } from "./origins.ts";
import { errorOfClaim, errorOfCompletion } from "./step-errors.ts";
import { timeInput } from "./times.ts";

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
  readonly batch: BatchSpan;
  /** Made when the event is known: it decides on links and parent. */
  span: Span | undefined;
  /** What happened before, and is a span. */
  early: InnerStep[] | undefined;
}

/** The spans of consumers: one per batch, linked to its events, and one per record, from its receive to its outcome. */
export class ConsumerSpans {
  readonly #tracer: Tracer;
  readonly #options: ConsumerSpanOptions;
  /** By the invocation's object. */
  readonly #batches = new WeakMap<object, BatchSpan>();
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
        this.#inner("fanfare.fetch", step.delivery, step, step.error);
        break;
      case "decoded":
        this.#decoded(step.delivery, step.event);
        break;
      case "claimed":
        this.#inner("fanfare.claim", step.delivery, step, errorOfClaim(step));
        break;
      case "started":
        this.#event("fanfare.started", step, { "fanfare.tries": step.tries });
        break;
      case "ended":
        this.#event("fanfare.ended", step, { "fanfare.result": step.result });
        break;
      case "committed":
        this.#inner("fanfare.commit", step.delivery, step, step.error);
        break;
      case "completed":
        this.#inner("fanfare.complete", step.delivery, step, errorOfCompletion(step));
        break;
      case "letterSent":
        this.#inner("fanfare.dead_letter", step.delivery, step, step.error);
        break;
      case "settled":
        this.#settled(step);
        break;
      case "invocationEnded":
        this.#batches.get(step.invocation)?.span.end(timeInput(step.at));
        this.#batches.delete(step.invocation);
        break;
    }
  }

  /** A handler's spans are children of its record's; a batch handler's are those of the batch. */
  runInside(deliveries: readonly DeliveryInfo[], handler: () => unknown): unknown {
    const [first] = deliveries;
    const span = first && (deliveries.length === 1 ? this.#spanOf(first) : this.#tracingOf(first)?.batch.span);
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

  #startBatch(step: InvocationStartedStep): void {
    const batch = new BatchSpan(this.#tracer, step);
    if (!batch.isTraced) {
      return;
    }
    this.#batches.set(step.invocation, batch);
    for (const delivery of step.deliveries) {
      this.#tracing.set(delivery, { batch, span: undefined, early: undefined });
    }
  }

  #decoded(delivery: DeliveryInfo, event: EventInfo | undefined): void {
    const tracing = this.#tracingOf(delivery);
    if (tracing !== undefined) {
      this.#start(tracing, delivery, event);
    }
  }

  #start(tracing: Tracing, delivery: DeliveryInfo, event: EventInfo | undefined): Span {
    const span = this.#startSpan(tracing.batch, delivery, event);
    for (const step of tracing.early ?? []) {
      this.#record(span, step);
    }
    tracing.early = undefined;
    tracing.span = span;
    return span;
  }

  /** The sampler has decided for the batch. Only a record that is in its event's trace may be sampled where its batch is not. */
  #startSpan(batch: BatchSpan, delivery: DeliveryInfo, event: EventInfo | undefined): Span {
    const inBatch = this.#options.parent === "batch";
    if (inBatch && !batch.span.isRecording()) {
      return batch.span;
    }
    const origins = originsOf(delivery, event);
    const links: Link[] = origins.map((origin) => ({ context: origin }));
    if (links.length > 0) {
      batch.span.addLinks(links);
    }
    const [origin] = origins;
    const inEvent = !inBatch && origin !== undefined;
    return this.#tracer.startSpan(
      batch.nameOf(delivery),
      {
        kind: SpanKind.CONSUMER,
        startTime: timeInput(batch.receivedAt),
        links: inEvent ? [{ context: batch.span.spanContext() }, ...links.slice(1)] : links,
        attributes: batch.attributesOf(delivery, event),
      },
      inEvent ? trace.setSpanContext(ROOT_CONTEXT, origin) : batch.context,
    );
  }

  /** The record of a part of a message is the message's. */
  #tracingOf(delivery: DeliveryInfo): Tracing | undefined {
    return this.#tracing.get(delivery.whole ?? delivery);
  }

  #spanOf(delivery: DeliveryInfo): Span | undefined {
    return this.#tracingOf(delivery)?.span;
  }

  #event(name: string, { delivery, at }: StartedStep | EndedStep, attributes: Attributes): void {
    const span = this.#spanOf(delivery);
    if (span?.isRecording()) {
      span.addEvent(name, attributes, timeInput(at));
    }
  }

  /** A step that is a span only where it was slow or failed. */
  #inner(name: string, delivery: DeliveryInfo, { at, durationMs }: TimedStep, error: unknown): void {
    if (error === undefined && durationMs < this.#options.slowMs) {
      return;
    }
    const tracing = this.#tracingOf(delivery);
    if (tracing === undefined) {
      return;
    }
    const step: InnerStep = { name, at, durationMs, error };
    if (tracing.span === undefined) {
      tracing.early ??= [];
      tracing.early.push(step);
    } else {
      this.#record(tracing.span, step);
    }
  }

  #record(record: Span, { name, at, durationMs, error }: InnerStep): void {
    const parent = trace.setSpan(ROOT_CONTEXT, record);
    const attributes = error === undefined ? {} : { "error.type": errorTypeOf(error) };
    this.#tracer.startSpan(name, { startTime: timeInput(at - durationMs), attributes }, parent).end(timeInput(at));
  }

  #settled({ at, delivery, event, outcome, tries, last }: SettledStep): void {
    const tracing = this.#tracing.get(delivery);
    if (tracing === undefined) {
      return;
    }
    this.#tracing.delete(delivery);
    const span = tracing.span ?? this.#start(tracing, delivery, event);
    if (span === tracing.batch.span) {
      return;
    }
    span.setAttribute("fanfare.outcome", outcome.kind);
    if (outcome.kind === "retry") {
      span.setAttribute("fanfare.cause", outcome.cause);
    }
    if (tries !== undefined) {
      span.setAttribute("fanfare.tries", tries);
    }
    const error = "error" in outcome ? outcome.error : undefined;
    if (error !== undefined) {
      span.setAttribute("error.type", errorTypeOf(error));
    }
    if (outcome.kind === "deadLettered" || last) {
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end(timeInput(at));
  }
}
