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
import type { IdempotencyStore, Observer } from "fanfare";
import { z } from "zod";
import { type Measurement, type Registry, timed } from "../harness/index.ts";
import { fanfare } from "../peers/fanfare.ts";
import { asOnLambda } from "./clients.ts";
import { lambdaContext } from "./context.ts";
import { smallOrders, sqsEvent } from "./records.ts";

/** Without observers. */
export const PLAIN = "Fanfare";

/** The SDK alone: spans that say nothing. */
export const SDK_ALONE = "Fanfare, bare spans of the SDK";

const settings = z.object({
  /** `table` is the one over HTTP; with `memory`, what observers take is not lost in what calls take. */
  store: z.enum(["table", "memory"]),
  /** Records of an invocation. */
  size: z.number(),
  /** Of the process that keeps the table, see `Services`. */
  addresses: z.object({ dynamoDb: z.string(), stubs: z.string() }),
  table: z.string(),
});

export type ObservabilitySettings = z.infer<typeof settings>;

/** Invocations of a sample: some tens of milliseconds. */
const INVOCATIONS = { table: 2, memory: 10 };

/** Age of events, and waiting time in the queue: what metrics write has as many digits as it has in production. */
const AGE_MS = 250;

/** The idempotent handler without and with observers. */
export const observabilityContenders: Registry<ObservabilitySettings> = {
  settings,
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
  return async ({ store, addresses, table, size }: ObservabilitySettings): Promise<Measurement> => {
    asOnLambda(addresses);
    const where = store === "table" ? { table } : { store: nextTurnStore };
    const handler = fanfare({ handle: async () => {} }, { ...where, observers: await load() });
    let events: readonly SQSEvent[] = [];
    return {
      prepare: async () => {
        const length = INVOCATIONS[store];
        const sentAt = Date.now() - AGE_MS;
        events = Array.from({ length }, () => sqsEvent(size, smallOrders, { traceparent, sentAt }));
      },
      measure: async () => {
        const { cpuMs } = await timed(async () => {
          for (const event of events) {
            await handler(event, lambdaContext());
          }
        });
        return { cpuPerRecordUs: (cpuMs * 1_000) / (size * events.length) };
      },
    };
  };
}

/** Responds in the next turn of the event loop: every event is new. */
const nextTurnStore: IdempotencyStore = {
  claim: (requests) => inNextTurn(requests.map(() => ({ status: "claimed" }))),
  complete: (claims) => inNextTurn(claims.map(() => ({ status: "settled" }))),
  release: (claims) => inNextTurn(claims.map(() => ({ status: "settled" }))),
};

function inNextTurn<Result>(result: Result): Promise<Result> {
  return new Promise((resolve) => setImmediate(resolve, result));
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
