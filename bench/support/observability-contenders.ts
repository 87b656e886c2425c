import { openSync, writeSync } from "node:fs";
import type { TracerProvider } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  BatchSpanProcessor,
  NodeTracerProvider,
  type SpanExporter,
} from "@opentelemetry/sdk-trace-node";
import type { Observer } from "fanfare";
import type { Registry } from "../harness/index.ts";
import { fanfare } from "../peers/fanfare.ts";
import { asOnLambda } from "./clients.ts";
import { batches, type WithStoreSettings, withStoreContenders } from "./with-store-contenders.ts";

/** The SDK alone: spans that say nothing. */
export const SDK_ALONE = "Fanfare, bare spans of the SDK";

/** The idempotent handler without and with observers. */
export const observabilityContenders: Registry<WithStoreSettings> = {
  settings: withStoreContenders.settings,
  contenders: {
    Fanfare: observed(async () => []),
    "Fanfare, metrics()": observed(async () => {
      const { metrics } = await import("fanfare/metrics");
      const nowhere = openSync("/dev/null", "w");
      return [metrics({ write: (line) => void writeSync(nowhere, `${line}\n`) })];
    }),
    "Fanfare, otel() without an SDK": observed(async () => [(await import("fanfare/otel")).otel()]),
    "Fanfare, otel() with the SDK, not sampled": observed(async () => {
      const tracerProvider = new NodeTracerProvider({ sampler: new AlwaysOffSampler() });
      return [(await import("fanfare/otel")).otel({ tracerProvider })];
    }),
    [SDK_ALONE]: observed(async () => [bareSpans(recordingProvider())]),
    "Fanfare, otel() with the SDK": observed(async () => [
      (await import("fanfare/otel")).otel({ tracerProvider: recordingProvider() }),
    ]),
  },
};

function observed(load: () => Promise<readonly Observer[]>) {
  return batches(async (job, { addresses, table }) => {
    asOnLambda(addresses);
    return fanfare(job, { table, observers: await load() });
  });
}

function recordingProvider(): TracerProvider {
  return new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(dropping)] });
}

/** The least that a span per record costs with the SDK: its start and its end, without attributes, links and events. */
function bareSpans(provider: TracerProvider): Observer {
  const tracer = provider.getTracer("bench");
  return {
    name: "bare spans",
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
