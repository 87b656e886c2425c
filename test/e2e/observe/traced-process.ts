import { appendFileSync } from "node:fs";
import {
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-node";
import { OBSERVERS } from "../../../lib/hook/index.ts";
import { otel } from "../../../lib/observe/otel/index.ts";
import type { WrittenSpan } from "./written-span.ts";

/** Loaded into a function's process before its handler, as a layer would be: traces it, and writes its spans to a file. */
const file = process.env.SPANS_FILE ?? "";
const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME ?? "";

const exporter: SpanExporter = {
  export(spans, done) {
    appendFileSync(file, spans.map((span) => `${JSON.stringify(written(span))}\n`).join(""));
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
};

function written(span: ReadableSpan): WrittenSpan {
  const { traceId, spanId } = span.spanContext();
  return {
    functionName,
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    name: span.name,
    kind: span.kind,
    status: span.status.code,
    startMs: span.startTime[0] * 1_000 + span.startTime[1] / 1_000_000,
    endMs: span.endTime[0] * 1_000 + span.endTime[1] / 1_000_000,
    links: span.links.map(({ context }) => context.spanId),
    attributes: span.attributes,
  };
}

const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
provider.register();
// No inner spans: whether a claim is slow is up to the machine.
Object.assign(globalThis, { [OBSERVERS]: [otel({ slowMs: 600_000 })] });
