import { openSync, writeSync } from "node:fs";
import { BatchSpanProcessor, NodeTracerProvider, type SpanExporter } from "@opentelemetry/sdk-trace-node";
import type { Observer } from "fanfare";
import type { Registry } from "../harness/index.ts";
import { fanfare } from "../peers/fanfare.ts";
import { asOnLambda } from "./clients.ts";
import { batches, type WithStoreSettings, withStoreContenders } from "./with-store-contenders.ts";

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
    "Fanfare, otel() with the SDK": observed(async () => {
      const tracerProvider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(dropping)] });
      return [(await import("fanfare/otel")).otel({ tracerProvider })];
    }),
  },
};

function observed(load: () => Promise<readonly Observer[]>) {
  return batches(async (job, { addresses, table }) => {
    asOnLambda(addresses);
    return fanfare(job, { table, observers: await load() });
  });
}

/** What an exporter costs is the exporter's. */
const dropping: SpanExporter = {
  export: (_spans, done) => done({ code: 0 }),
  shutdown: async () => {},
};
