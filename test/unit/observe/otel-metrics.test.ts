import { metrics as api } from "@opentelemetry/api";
import {
  AggregationTemporality,
  type DataPoint,
  type Histogram,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { afterEach, describe, expect, it } from "vitest";
import { type ConsumeOptions, consume, PermanentError } from "../../../lib/index.ts";
import { type OtelMetricsOptions, otelMetrics } from "../../../lib/observe/otel/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { recording } from "../consume/recording-sqs.ts";
import { context, contract, DEAD_LETTER_QUEUES, envelope, type Orders, offline, record } from "../consume/support.ts";
import { bench, failing, rejection } from "../publish/support.ts";

const providers: MeterProvider[] = [];
afterEach(async () => {
  api.disable();
  await Promise.all(providers.splice(0).map((provider) => provider.shutdown()));
});

/** A provider that exports only when it is flushed. */
function inMemory() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 1e8, exportTimeoutMillis: 1e7 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  providers.push(meterProvider);
  const points = (name: string): DataPoint<number | Histogram>[] =>
    (exporter.getMetrics().at(-1)?.scopeMetrics ?? [])
      .flatMap(({ scope, metrics }) => (scope.name === "fanfare" ? metrics : []))
      .filter(({ descriptor }) => descriptor.name === name)
      .flatMap(({ dataPoints }) => dataPoints as DataPoint<number | Histogram>[]);
  return { meterProvider, points };
}

async function handle(options: OtelMetricsOptions, more: ConsumeOptions<Orders> = {}): Promise<void> {
  const { client } = recording();
  const observers = [otelMetrics(options)];
  const handlers = {
    Placed: ({ n }: { readonly n: number }) => {
      if (n > 0) {
        throw n === 1 ? new RangeError("no") : new PermanentError("never");
      }
    },
  };
  const all = { observers, deadLetterQueues: DEAD_LETTER_QUEUES, clients: { sqs: client }, ...more };
  const records = [0, 0, 1, 2].map((n, index) => record(envelope(`${index}`, { n })));
  await consume(contract, handlers, offline(all))({ Records: records }, context());
}

const CONSUMER = {
  "messaging.system.name": "aws.sqs",
  "messaging.operation.name": "process",
  "messaging.operation.type": "process",
  "messaging.destination.name": "orders",
  "messaging.consumer.group.name": "billing",
};

describe("a consumer's metrics through OpenTelemetry", () => {
  it("are exported when the invocation has ended, by outcome", async () => {
    const { meterProvider, points } = inMemory();
    await handle({ meterProvider });
    expect(points("fanfare.outcomes").map(({ attributes, value }) => ({ ...attributes, value }))).toEqual([
      { ...CONSUMER, "fanfare.outcome": "done", value: 2 },
      { ...CONSUMER, "fanfare.outcome": "retry", "fanfare.cause": "handler", value: 1 },
      { ...CONSUMER, "fanfare.outcome": "deadLettered", "error.type": "Permanent", value: 1 },
    ]);
    expect(points("messaging.client.consumed.messages")).toMatchObject([{ attributes: CONSUMER, value: 4 }]);
  });

  it("have the names and the unit of the semantic conventions", async () => {
    const { meterProvider, points } = inMemory();
    const clock = new FakeClock();
    const lambda = consume(
      contract,
      { Placed: () => clock.advance(250) },
      offline({ observers: [otelMetrics({ meterProvider })], clock }),
    );
    await lambda({ Records: [record(envelope("1"))] }, context());
    expect(points("messaging.process.duration")).toMatchObject([
      { attributes: CONSUMER, value: { count: 1, sum: 0.25 } },
    ]);
  });

  it("name the error with which a handler failed, of which a bounded number is told apart", async () => {
    const { meterProvider, points } = inMemory();
    await handle({ meterProvider, maxErrors: 1 }, { concurrency: 1 });
    const types = points("messaging.process.duration").map(({ attributes }) => attributes["error.type"]);
    expect(types).toEqual([undefined, "RangeError", "other"]);
  });

  it("go to a provider that is registered after the observer was made", async () => {
    const { meterProvider, points } = inMemory();
    const observer = otelMetrics();
    api.setGlobalMeterProvider(meterProvider);
    const lambda = consume(contract, { Placed: () => {} }, offline({ observers: [observer] }));
    await lambda({ Records: [record(envelope("1"))] }, context());
    expect(points("fanfare.outcomes")).toMatchObject([{ value: 1 }]);
  });

  it("are nothing without an SDK", async () => {
    await expect(handle({})).resolves.toBeUndefined();
  });

  it("refuse a number of errors that is none", () => {
    expect(() => otelMetrics({ maxErrors: 0 })).toThrow(expect.objectContaining({ field: "maxErrors" }));
  });
});

it("a publisher's metrics through OpenTelemetry count what was sent, and time the calls", async () => {
  const { meterProvider, points } = inMemory();
  const { publish, clock } = bench((entries) => failing(entries, ['"bad"'], true), {
    observers: [otelMetrics({ meterProvider })],
  });
  const good = publish("Placed", { id: "good" });
  const bad = rejection(publish("Placed", { id: "bad" }));
  await clock.settle();
  await good;
  await bad;
  await publish.flush();
  const sent = points("messaging.client.sent.messages").map(({ attributes, value }) => [
    attributes["error.type"],
    value,
  ]);
  expect(sent).toEqual(
    expect.arrayContaining([
      [undefined, 1],
      [expect.any(String), 1],
    ]),
  );
  expect(points("messaging.client.operation.duration")[0]?.attributes).toMatchObject({
    "messaging.system.name": "aws.sns",
    "messaging.operation.name": "publish",
    "messaging.operation.type": "send",
    "messaging.destination.name": "orders",
  });
});
