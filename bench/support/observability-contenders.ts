import { openSync, writeSync } from "node:fs";
import type { TracerProvider } from "@opentelemetry/api";
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  type Sampler,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-node";
import type { SQSEvent } from "aws-lambda";
import type { Observer } from "fanfare";
import { type Measurement, type Registry, timed } from "../harness/index.ts";
import { fanfare } from "../peers/fanfare.ts";
import { asOnLambda } from "./clients.ts";
import { lambdaContext } from "./context.ts";
import { smallOrders, sqsEvent } from "./records.ts";
import { type WithStoreSettings, withStoreContenders } from "./with-store-contenders.ts";

/** Without observers. */
export const PLAIN = "Fanfare";

/** The SDK alone: spans that say nothing. */
export const SDK_ALONE = "Fanfare, bare spans of the SDK";

/**
 * Invocations of a sample. One of 100 records takes a few milliseconds of CPU time, which a pause of the machine or of the garbage collector
 * changes by more than an observer costs.
 */
const INVOCATIONS = 5;

/** The idempotent handler without and with observers. */
export const observabilityContenders: Registry<WithStoreSettings> = {
  settings: withStoreContenders.settings,
  contenders: {
    [PLAIN]: observed(async () => []),
    "Fanfare, an observer that does nothing": observed(async () => [{ name: "nothing", onStep: () => {} }]),
    "Fanfare, metrics()": observed(async () => {
      const { metrics } = await import("fanfare/metrics");
      const nowhere = openSync("/dev/null", "w");
      return [metrics({ write: (line) => void writeSync(nowhere, `${line}\n`) })];
    }),
    "Fanfare, otelMetrics() without an SDK": observed(async () => [(await import("fanfare/otel")).otelMetrics()]),
    "Fanfare, otel() without an SDK": observed(async () => [(await import("fanfare/otel")).otel()]),
    "Fanfare, otel(), its batch not sampled": observed(async () => {
      const tracerProvider = providerWith(new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0) }));
      return [(await import("fanfare/otel")).otel({ tracerProvider })];
    }),
    "Fanfare, otel() in the events' traces, not sampled": observed(async () => {
      const tracerProvider = providerWith(new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(0) }));
      return [(await import("fanfare/otel")).otel({ tracerProvider, parent: "event" })];
    }),
    [SDK_ALONE]: observed(async () => [bareSpans(providerWith())], "sampled"),
    "Fanfare, otel() with the SDK": observed(
      async () => [(await import("fanfare/otel")).otel({ tracerProvider: providerWith() })],
      "sampled",
    ),
  },
};

/** Invocations of the idempotent handler. All events carry a trace context. */
function observed(load: () => Promise<readonly Observer[]>, traces: "sampled" | "not sampled" = "not sampled") {
  const traceparent = `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-${traces === "sampled" ? "01" : "00"}`;
  return async ({ addresses, table, size }: WithStoreSettings): Promise<Measurement> => {
    asOnLambda(addresses);
    const handler = fanfare({ handle: async () => {} }, { table, observers: await load() });
    let events: readonly SQSEvent[] = [];
    return {
      prepare: async () => {
        events = Array.from({ length: INVOCATIONS }, () => sqsEvent(size, smallOrders, { traceparent }));
      },
      measure: async () => {
        const { cpuMs } = await timed(async () => {
          for (const event of events) {
            await handler(event, lambdaContext());
          }
        });
        return { cpuPerRecordUs: (cpuMs * 1_000) / (size * INVOCATIONS) };
      },
    };
  };
}

/** A provider with the context manager that programs have. */
function providerWith(sampler?: Sampler): TracerProvider {
  const spanProcessors = [new BatchSpanProcessor(dropping)];
  const provider = new NodeTracerProvider({ spanProcessors, ...(sampler && { sampler }) });
  provider.register();
  return provider;
}

/** The least that a span per record costs with the SDK: its start and its end, without attributes, links and events. */
function bareSpans(provider: TracerProvider): Observer {
  const tracer = provider.getTracer("bench");
  return {
    name: "bare spans",
    steps: ["settled"],
    onStep: (step) => {
      if (step.type === "settled") {
        tracer.startSpan("process").end();
      }
    },
  };
}

/** What an exporter costs is the exporter's. */
const dropping: SpanExporter = {
  export: (_spans, done) => done({ code: 0 }),
  shutdown: async () => {},
};
