import {
  context as activeContext,
  ProxyTracer,
  propagation,
  SpanStatusCode,
  TraceFlags,
  type TracerProvider,
  trace,
} from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  NodeTracerProvider,
  ParentBasedSampler,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { systemClock } from "../../../lib/clock/index.ts";
import { consume, consumeBatch, type Observer, PermanentError, type SqsRecord } from "../../../lib/index.ts";
import { otel } from "../../../lib/observe/otel/index.ts";
import { recording } from "../consume/recording-sqs.ts";
import {
  context,
  contract,
  DEAD_LETTER_QUEUES,
  envelope,
  MemoryStore,
  offline,
  QUEUE_ARN,
  record,
} from "../consume/support.ts";
import { bench } from "../publish/support.ts";

/** What the API is without an SDK. */
const NO_SDK = { getDelegateTracer: () => undefined };

const exporter = new InMemorySpanExporter();
let provider: NodeTracerProvider;

beforeAll(() => {
  provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  provider.register();
});
beforeEach(() => exporter.reset());
afterAll(async () => {
  await provider.shutdown();
  trace.disable();
  propagation.disable();
});

const EVENT = { traceId: "1".repeat(32), spanId: "2".repeat(16) };
const TRACED = { traceparent: `00-${EVENT.traceId}-${EVENT.spanId}-01` };

const spans = (name: RegExp): ReadableSpan[] => exporter.getFinishedSpans().filter((span) => name.test(span.name));
const only = (name: RegExp): ReadableSpan => {
  const found = spans(name);
  expect(found.map((span) => span.name)).toHaveLength(1);
  return found[0] as ReadableSpan;
};
const linked = (span: ReadableSpan) => span.links.map((link) => link.context.spanId);

async function handle(
  records: readonly SqsRecord[],
  handler: (data: unknown) => unknown,
  options = {},
  otelOptions = {},
) {
  const observers = [otel(otelOptions)];
  const lambda = consume(contract, { Placed: handler as () => void }, offline({ observers, ...options }));
  return await lambda({ Records: records }, context());
}

describe("a consumer's spans", () => {
  it("are one per batch, linked to the events, and one per record under it", async () => {
    await handle([record(envelope("1", { n: 1 }, TRACED)), record(envelope("2"))], () => {});
    const batch = only(/^process_batch orders$/);
    const [first, second] = spans(/^process orders$/);
    expect(linked(batch)).toEqual([EVENT.spanId]);
    expect(first && linked(first)).toEqual([EVENT.spanId]);
    expect([first, second].map((span) => span?.parentSpanContext?.spanId)).toEqual(
      [batch, batch].map((span) => span.spanContext().spanId),
    );
    expect(first?.attributes).toMatchObject({
      "messaging.system.name": "aws.sqs",
      "messaging.operation.name": "process",
      "messaging.operation.type": "process",
      "messaging.destination.name": "orders",
      "cloudevents.event_id": "1",
      "fanfare.outcome": "done",
    });
    expect(first?.attributes).not.toHaveProperty("messaging.operation");
  });

  it("may be in the event's trace", async () => {
    await handle([record(envelope("1", { n: 1 }, TRACED))], () => {}, {}, { parent: "event" });
    const span = only(/^process orders$/);
    expect(span.spanContext().traceId).toBe(EVENT.traceId);
    expect(span.parentSpanContext?.spanId).toBe(EVENT.spanId);
    expect(linked(span)).toEqual([only(/^process_batch/).spanContext().spanId]);
  });

  it.each([
    ["done", "1", () => {}, "done", SpanStatusCode.UNSET],
    ["retry", "1", () => Promise.reject(new Error("no")), "retry", SpanStatusCode.UNSET],
    ["last retry", "3", () => Promise.reject(new Error("no")), "deadLettered", SpanStatusCode.ERROR],
    ["dead letter", "1", () => Promise.reject(new PermanentError("no")), "deadLettered", SpanStatusCode.ERROR],
  ])("have a status by outcome: %s", async (_, count, handler, outcome, status) => {
    const { client } = recording();
    const deadLetterQueues = {
      [QUEUE_ARN]: { url: "https://sqs.eu-central-1.amazonaws.com/1/dlq", maxReceiveCount: 3 },
    };
    const one = record(envelope("1"), { attributes: { ApproximateReceiveCount: count } });
    await handle([one], handler, { deadLetterQueues, clients: { sqs: client } });
    const span = only(/^process orders$/);
    expect({ outcome: span.attributes["fanfare.outcome"], status: span.status.code }).toEqual({ outcome, status });
  });

  it("are exactly one per delivery, whatever becomes of it", async () => {
    const same = envelope("same");
    const records = [record("no json"), record(same), record(same), record(envelope("x", { n: "wrong" }))];
    await handle(records, () => {}, { store: new MemoryStore(), deadLetterQueues: DEAD_LETTER_QUEUES });
    const ids = spans(/^process orders$/).map((span) => span.attributes["messaging.message.id"]);
    expect(ids.sort()).toEqual(records.map(({ messageId }) => messageId).sort());
  });

  it("are linked to X-Ray's header where the envelope has no context", async () => {
    const header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    await handle(
      [record(envelope("1"), { attributes: { ApproximateReceiveCount: "1", AWSTraceHeader: header } })],
      () => {},
    );
    expect(linked(only(/^process orders$/))).toEqual(["53995c3f42cd8ad8"]);
  });

  it.each(["", "00-zz", `00-${"0".repeat(32)}-${EVENT.spanId}-01`, `ff-${EVENT.traceId}-${EVENT.spanId}-01`])(
    "ignore a traceparent that is none: %s",
    async (traceparent) => {
      await handle([record(envelope("1", { n: 1 }, { traceparent }))], () => {});
      expect(linked(only(/^process orders$/))).toEqual([]);
    },
  );

  it("have inner spans only for what is slow or failed", async () => {
    await handle([record(envelope("1"))], () => {}, { store: new MemoryStore() });
    expect(spans(/^fanfare\./)).toEqual([]);
    exporter.reset();
    await handle([record(envelope("2"))], () => {}, { store: new MemoryStore() }, { slowMs: 0 });
    expect(spans(/^fanfare\./).map(({ name }) => name)).toEqual(["fanfare.claim", "fanfare.complete"]);
  });

  it("are none where the batch is not sampled, and the handler runs in a context that says so", async () => {
    const sampler = new ParentBasedSampler({ root: new AlwaysOffSampler() });
    const tracerProvider = new NodeTracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const { client, entries } = recording();
    const contexts: unknown[] = [];
    const handler = () => {
      contexts.push(trace.getSpanContext(activeContext.active())?.traceFlags);
      throw new PermanentError("no");
    };
    const options = { deadLetterQueues: DEAD_LETTER_QUEUES, clients: { sqs: client } };
    await handle([record(envelope("1", { n: 1 }, TRACED))], handler, options, { tracerProvider });
    expect(exporter.getFinishedSpans()).toEqual([]);
    expect(contexts).toEqual([TraceFlags.NONE]);
    expect(JSON.stringify(entries())).toMatch(/00-[\da-f]{32}-[\da-f]{16}-00/);
  });

  it.each<[string, TracerProvider, readonly string[]]>([
    ["no SDK", { getTracer: () => new ProxyTracer(NO_SDK, "none") }, ["invocationStarted"]],
    [
      "a batch that is not sampled",
      new NodeTracerProvider({ sampler: new AlwaysOffSampler() }),
      ["invocationStarted", "invocationEnded"],
    ],
  ])("have no steps made for them with %s", async (_, tracerProvider, expected) => {
    const told: string[] = [];
    const observer = otel({ tracerProvider });
    const onStep: Observer["onStep"] = (step) => {
      told.push(step.type);
      return observer.onStep?.(step);
    };
    await handle([record(envelope("1"))], () => {}, { observers: [{ ...observer, onStep }] });
    expect(told).toEqual(expected);
  });

  it("may be sampled with their event where the batch is not", async () => {
    const sampler = new ParentBasedSampler({ root: new AlwaysOffSampler() });
    const tracerProvider = new NodeTracerProvider({ sampler, spanProcessors: [new SimpleSpanProcessor(exporter)] });
    await handle([record(envelope("1", { n: 1 }, TRACED))], () => {}, {}, { tracerProvider, parent: "event" });
    expect(only(/./).spanContext().traceId).toBe(EVENT.traceId);
  });

  it("name the queue of each record, also where an invocation has those of several", async () => {
    const other = { ...record(envelope("2")), eventSourceARN: `${QUEUE_ARN}-other` };
    await handle([record(envelope("1")), other], () => {});
    const found = spans(/^process /).map((span) => [span.name, span.attributes["messaging.destination.name"]]);
    expect(found).toEqual([
      ["process orders", "orders"],
      ["process orders-other", "orders-other"],
    ]);
  });

  it("are around the handler's own, also in a batch", async () => {
    const tracer = trace.getTracer("test");
    await handle([record(envelope("1"))], () => tracer.startSpan("own").end());
    expect(only(/^own$/).parentSpanContext?.spanId).toBe(only(/^process orders$/).spanContext().spanId);
    exporter.reset();
    const batch = consumeBatch(contract, () => tracer.startSpan("own").end(), offline({ observers: [otel()] }));
    await batch({ Records: [record(envelope("1")), record(envelope("2"))] }, context());
    expect(only(/^own$/).parentSpanContext?.spanId).toBe(only(/^process_batch/).spanContext().spanId);
  });

  it("put their ids into the handler's log lines", async () => {
    const lines: object[] = [];
    const logger = { debug() {}, warn() {}, error() {}, info: (_: string, fields: object) => void lines.push(fields) };
    const lambda = consume(
      contract,
      { Placed: (_, ctx) => ctx.logger.info("mine", {}) },
      offline({ observers: [otel()], logger }),
    );
    await lambda({ Records: [record(envelope("1", { n: 1 }, { correlationid: "c" }))] }, context());
    const { traceId, spanId } = only(/^process orders$/).spanContext();
    expect(lines[0]).toMatchObject({ traceId, spanId, eventId: "1", correlationId: "c" });
  });
});

describe("deprecated names", () => {
  afterEach(() => {
    delete process.env.OTEL_SEMCONV_STABILITY_OPT_IN;
  });

  it("come with messaging/dup", async () => {
    process.env.OTEL_SEMCONV_STABILITY_OPT_IN = "http, messaging/dup";
    await handle([record(envelope("1"))], () => {});
    expect(only(/^process orders$/).attributes).toMatchObject({
      "messaging.system": "aws_sqs",
      "messaging.system.name": "aws.sqs",
      "messaging.operation": "process",
    });
  });
});

describe("a publisher's spans", () => {
  it("are one per event, carried by it, and one per call, linked to its events", async () => {
    const { publish, calls } = bench(undefined, { clock: systemClock, observers: [otel()] });
    await Promise.all(["1", "2", "3"].map((id) => publish("Plain", { id, text: "a" })));
    const creates = spans(/^create orders$/).map((span) => span.spanContext().spanId);
    expect(creates).toHaveLength(3);
    const carried = calls.flat().map(({ Message }) => String(JSON.parse(Message ?? "").traceparent).split("-")[2]);
    expect([...carried].sort()).toEqual([...creates].sort());
    const sends = spans(/^publish orders$/);
    expect(sends).toHaveLength(calls.length);
    expect(sends.flatMap(linked).sort()).toEqual([...creates].sort());
    expect(sends[0]?.attributes["messaging.system.name"]).toBe("aws.sns");
  });

  it("are errors only where the event was finally not published", async () => {
    const { publish } = bench(undefined, { clock: systemClock, observers: [otel()] });
    await publish("Plain", { id: 1 as never, text: "a" }).catch(() => undefined);
    expect(only(/^create orders$/).status.code).toBe(SpanStatusCode.ERROR);
  });
});

describe("tracing on one side only", () => {
  it("at the publisher: the consumer handles the event, and passes its context on", async () => {
    const { publish, calls } = bench(undefined, { clock: systemClock });
    const lambda = consume(
      contract,
      { Placed: async () => void (await publish("Plain", { id: "2", text: "a" })) },
      offline(),
    );
    await lambda({ Records: [record(envelope("1", { n: 1 }, TRACED))] }, context());
    expect(JSON.parse(calls.flat()[0]?.Message ?? "").traceparent).toBe(TRACED.traceparent);
  });

  it("without an SDK: nothing is carried, nothing fails", async () => {
    const none: TracerProvider = { getTracer: () => new ProxyTracer(NO_SDK, "none") };
    const { publish, calls } = bench(undefined, { clock: systemClock, observers: [otel({ tracerProvider: none })] });
    await publish("Plain", { id: "1", text: "a" });
    expect(JSON.parse(calls.flat()[0]?.Message ?? "").traceparent).toBeUndefined();
  });
});
