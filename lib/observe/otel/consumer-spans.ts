import {
  type AttributeValue,
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
  InvocationInfo,
  InvocationStartedStep,
  SettledStep,
  StartedStep,
  Step,
  TimedStep,
  TraceContext,
} from "../../hook/index.ts";
import { errorTypeOf } from "./attributes.ts";
import { BatchSpan, type InnerStep, type RecordSpan } from "./batch-span.ts";
import { traceContextOf } from "./contexts.ts";
import { originsOf } from "./origins.ts";
import { errorOfClaim, errorOfCompletion } from "./step-errors.ts";
import { timeInput } from "./times.ts";

/** The steps that the spans of consumers are made of. */
export const CONSUMER_STEPS = [
  ...(["invocationStarted", "fetched", "decoded", "claimed", "started", "ended", "committed", "completed"] as const),
  ...(["letterSent", "settled", "invocationEnded"] as const),
] satisfies readonly Step["type"][];

/** What tracing consumers needs to know. */
export interface ConsumerSpanOptions {
  readonly parent: "batch" | "event";
  readonly slowMs: number;
}

/** The spans of consumers: one per batch, linked to its events, and one per record, from its receive to its outcome. */
export class ConsumerSpans {
  readonly #tracer: Tracer;
  readonly #options: ConsumerSpanOptions;
  /** Of invocations that are in a trace: without an SDK there is none, and nothing else to be done. */
  readonly #batches = new WeakMap<InvocationInfo, BatchSpan>();

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
        this.#event("fanfare.started", step, "fanfare.tries", step.tries);
        break;
      case "ended":
        this.#event("fanfare.ended", step, "fanfare.result", step.result);
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

  /** The steps that the spans of an invocation are made of: none without an SDK, and few where its records have no spans. */
  stepsOf(invocation: InvocationInfo): readonly Step["type"][] {
    const batch = this.#batches.get(invocation);
    if (batch === undefined) {
      return [];
    }
    return batch.standsForRecords ? ["invocationEnded"] : CONSUMER_STEPS;
  }

  /** A handler's spans are children of its record's; a batch handler's are those of the batch. */
  runInside(deliveries: readonly DeliveryInfo[], handler: () => unknown): unknown {
    const [first] = deliveries;
    const batch = first && this.#batches.get(first.invocation);
    if (first === undefined || batch === undefined) {
      return handler();
    }
    const span = deliveries.length === 1 ? batch.spanOf(first) : batch.span;
    return span === undefined ? handler() : context.with(batch.contextWith(span), handler);
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
    const batch = new BatchSpan(this.#tracer, step, this.#options.parent);
    if (batch.isTraced) {
      this.#batches.set(step.invocation, batch);
    }
  }

  /** What is known of a delivery that has a span of its own; `undefined` for one that has none, or is settled. */
  #recordOf(delivery: DeliveryInfo): RecordSpan | undefined {
    return this.#batches.get(delivery.invocation)?.recordOf(delivery);
  }

  #decoded(delivery: DeliveryInfo, event: EventInfo | undefined): void {
    const batch = this.#batches.get(delivery.invocation);
    const record = batch?.recordOf(delivery);
    if (batch !== undefined && record !== undefined) {
      this.#start(batch, record, delivery, event);
    }
  }

  #start(batch: BatchSpan, record: RecordSpan, delivery: DeliveryInfo, event: EventInfo | undefined): Span {
    const span = this.#startSpan(batch, delivery, event);
    for (const step of record.early ?? []) {
      this.#startInner(span, step);
    }
    record.early = undefined;
    record.span = span;
    return span;
  }

  #startSpan(batch: BatchSpan, delivery: DeliveryInfo, event: EventInfo | undefined): Span {
    const origins = originsOf(delivery, event);
    const links: Link[] = origins.map((origin) => ({ context: origin }));
    if (links.length > 0) {
      batch.span.addLinks(links);
    }
    const [origin] = origins;
    const inEvent = this.#options.parent === "event" && origin !== undefined;
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

  #spanOf(delivery: DeliveryInfo): Span | undefined {
    return this.#batches.get(delivery.invocation)?.spanOf(delivery);
  }

  /** A step as an event of the record's span. */
  #event(name: string, { delivery, at }: StartedStep | EndedStep, attribute: string, value: AttributeValue): void {
    const span = this.#recordOf(delivery)?.span;
    if (span?.isRecording()) {
      span.addEvent(name, { [attribute]: value }, timeInput(at));
    }
  }

  /** A step that is a span only where it was slow or failed. */
  #inner(name: string, delivery: DeliveryInfo, { at, durationMs }: TimedStep, error: unknown): void {
    if (error === undefined && durationMs < this.#options.slowMs) {
      return;
    }
    const record = this.#recordOf(delivery);
    if (record === undefined) {
      return;
    }
    const step: InnerStep = { name, at, durationMs, error };
    if (record.span === undefined) {
      record.early ??= [];
      record.early.push(step);
    } else {
      this.#startInner(record.span, step);
    }
  }

  #startInner(record: Span, { name, at, durationMs, error }: InnerStep): void {
    const parent = trace.setSpan(ROOT_CONTEXT, record);
    const attributes = error === undefined ? {} : { "error.type": errorTypeOf(error) };
    this.#tracer.startSpan(name, { startTime: timeInput(at - durationMs), attributes }, parent).end(timeInput(at));
  }

  #settled({ at, delivery, event, outcome, tries, last }: SettledStep): void {
    const batch = this.#batches.get(delivery.invocation);
    const record = batch?.settle(delivery);
    if (batch === undefined || record === undefined) {
      return;
    }
    const span = record.span ?? this.#start(batch, record, delivery, event);
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
