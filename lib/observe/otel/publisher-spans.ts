import {
  type Context,
  context,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from "@opentelemetry/api";
import type {
  CreatedStep,
  OffloadedStep,
  PublicationInfo,
  PublishedStep,
  SentStep,
  Step,
  TraceContext,
} from "../../hook/index.ts";
import { handledEvent } from "../../hook/index.ts";
import { destinationOf, errorTypeOf, operationAttributes } from "./attributes.ts";
import { fromTraceparent, traceContextOf } from "./contexts.ts";
import { timeInput } from "./times.ts";

/** An event on its way: its span, and what that is a child of. */
interface Publishing {
  readonly span: Span;
  readonly parent: Context;
}

/** The steps that the spans of publishers are made of. */
export const PUBLISHER_STEPS = ["created", "offloaded", "sent", "published"] satisfies readonly Step["type"][];

/** The spans of publishers: `create` per event, from the call of `publish` to its end, and `publish` per call of AWS, linked to its events. */
export class PublisherSpans {
  readonly #tracer: Tracer;
  readonly #publishing = new WeakMap<PublicationInfo, Publishing>();

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  /** Starts the span of an event, whose context the event carries. */
  create(publication: PublicationInfo): TraceContext | undefined {
    const { contract, event, target, traceparent } = publication;
    const parent = parentOf(traceparent);
    const attributes = {
      ...operationAttributes("create", target),
      "fanfare.contract": contract,
      "fanfare.event": event,
    };
    const name = `create ${destinationOf(target)}`;
    const span = this.#tracer.startSpan(name, { kind: SpanKind.PRODUCER, attributes }, parent);
    this.#publishing.set(publication, { span, parent });
    return traceContextOf(span);
  }

  onStep(step: Step): void {
    switch (step.type) {
      case "created":
        this.#created(step);
        break;
      case "offloaded":
        this.#offloaded(step);
        break;
      case "sent":
        this.#sent(step);
        break;
      case "published":
        this.#published(step);
        break;
    }
  }

  #created({ publication, id, source, eventType, bytes, correlationId, causationId }: CreatedStep): void {
    this.#publishing.get(publication)?.span.setAttributes({
      "cloudevents.event_id": id,
      "cloudevents.event_source": source,
      "cloudevents.event_type": eventType,
      "messaging.message.envelope.size": bytes,
      ...(correlationId === undefined ? {} : { "messaging.message.conversation_id": correlationId }),
      ...(causationId === undefined ? {} : { "fanfare.causation_id": causationId }),
    });
  }

  #offloaded({ publication, at, durationMs, bytes, error }: OffloadedStep): void {
    const own = this.#publishing.get(publication);
    if (own !== undefined) {
      const parent = trace.setSpan(ROOT_CONTEXT, own.span);
      const times = { startTime: timeInput(at - durationMs), attributes: { "fanfare.payload.size": bytes } };
      const span = this.#tracer.startSpan("fanfare.offload", times, parent);
      if (error !== undefined) {
        span.setAttribute("error.type", errorTypeOf(error));
      }
      span.end(timeInput(at));
    }
  }

  /** A call for one event is a child of that; one for several is a child of what they have in common. */
  #sent({ target, publications, errors, at, durationMs }: SentStep): void {
    const all = publications.flatMap((each) => this.#publishing.get(each) ?? []);
    const [first] = all;
    if (first === undefined) {
      return;
    }
    const sameParent = all.every(({ parent }) => idOf(parent) === idOf(first.parent));
    const parent =
      all.length === 1 ? trace.setSpan(ROOT_CONTEXT, first.span) : sameParent ? first.parent : ROOT_CONTEXT;
    const [error] = errors.values();
    const span = this.#tracer.startSpan(
      `publish ${destinationOf(target)}`,
      {
        kind: SpanKind.CLIENT,
        startTime: timeInput(at - durationMs),
        links: all.map((each) => ({ context: each.span.spanContext() })),
        attributes: {
          ...operationAttributes("publish", target),
          "messaging.batch.message_count": publications.length,
          ...(errors.size === 0 ? {} : { "error.type": errorTypeOf(error), "fanfare.failed": errors.size }),
        },
      },
      parent,
    );
    span.end(timeInput(at));
  }

  #published({ publication, messageId, error, at }: PublishedStep): void {
    const span = this.#publishing.get(publication)?.span;
    this.#publishing.delete(publication);
    if (messageId !== undefined) {
      span?.setAttribute("messaging.message.id", messageId);
    }
    if (error !== undefined) {
      span?.setAttribute("error.type", errorTypeOf(error));
      span?.setStatus({ code: SpanStatusCode.ERROR });
    }
    span?.end(timeInput(at));
  }
}

/** The caller's explicit context, else the active span, else that of the event whose handler publishes. */
function parentOf(explicit: string | undefined): Context {
  const active = context.active();
  const cause = trace.getSpan(active) === undefined ? handledEvent() : undefined;
  const remote = fromTraceparent(explicit) ?? fromTraceparent(cause?.traceparent, cause?.tracestate);
  return remote === undefined ? active : trace.setSpanContext(active, remote);
}

function idOf(parent: Context): string | undefined {
  return trace.getSpanContext(parent)?.spanId;
}
