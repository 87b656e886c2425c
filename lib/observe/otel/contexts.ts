import {
  createTraceState,
  INVALID_SPANID,
  INVALID_TRACEID,
  isSpanContextValid,
  type Span,
  type SpanContext,
  TraceFlags,
} from "@opentelemetry/api";
import type { TraceContext } from "../../hook/index.ts";

const TRACEPARENT = /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(?:-.*)?$/;

/** The span that a `traceparent` names; `undefined` for one that is none. Source: W3C Trace Context, 3.2. */
export function fromTraceparent(traceparent: string | undefined, tracestate?: string): SpanContext | undefined {
  if (traceparent === undefined) {
    return undefined;
  }
  const [, traceId = INVALID_TRACEID, spanId = INVALID_SPANID, flags = "00"] = TRACEPARENT.exec(traceparent) ?? [];
  const traceState = tracestate === undefined ? {} : { traceState: createTraceState(tracestate) };
  const found = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true, ...traceState };
  return traceId !== INVALID_TRACEID && spanId !== INVALID_SPANID ? found : undefined;
}

/** The span that X-Ray's header names: `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1`. */
export function fromTraceHeader(header: string | undefined): SpanContext | undefined {
  if (header === undefined) {
    return undefined;
  }
  const fields = new Map(
    header.split(";").map((field) => {
      const [name = "", value = ""] = field.trim().split("=");
      return [name, value] as const;
    }),
  );
  const traceId = (/^1-([\da-f]{8}-[\da-f]{24})$/.exec(fields.get("Root") ?? "")?.[1] ?? "").replace("-", "");
  const traceFlags = fields.get("Sampled") === "1" ? TraceFlags.SAMPLED : TraceFlags.NONE;
  const found = { traceId, spanId: fields.get("Parent") ?? "", traceFlags, isRemote: true };
  return isSpanContextValid(found) ? found : undefined;
}

/** The trace context of a span; `undefined` where no SDK records. */
export function traceContextOf(span: Span): TraceContext | undefined {
  const context = span.spanContext();
  if (!isSpanContextValid(context)) {
    return undefined;
  }
  const flags = context.traceFlags.toString(16).padStart(2, "0");
  const tracestate = context.traceState?.serialize();
  return {
    traceparent: `00-${context.traceId}-${context.spanId}-${flags}`,
    ...(tracestate === undefined || tracestate === "" ? {} : { tracestate }),
  };
}
