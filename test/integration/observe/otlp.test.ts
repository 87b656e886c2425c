import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { expect, it } from "vitest";
import { consume } from "../../../lib/index.ts";
import { otel } from "../../../lib/observe/otel/index.ts";
import { context, contract, envelope, offline, record } from "../../unit/consume/support.ts";

it("a collector that speaks OTLP has the spans when the invocation ends", async () => {
  const bodies: string[] = [];
  const collector = createServer(async (request, response) => {
    bodies.push(`${request.url} ${await text(request)}`);
    response.setHeader("content-type", "application/json").end("{}");
  });
  collector.listen(0, "127.0.0.1");
  await once(collector, "listening");
  try {
    const { port } = collector.address() as AddressInfo;
    const exporter = new OTLPTraceExporter({ url: `http://127.0.0.1:${port}/v1/traces` });
    const tracerProvider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
    const lambda = consume(contract, { Placed: () => {} }, offline({ observers: [otel({ tracerProvider })] }));
    await lambda({ Records: [record(envelope("1"))] }, context());
    // Nothing was awaited besides the handler: Lambda would freeze the process here.
    expect(bodies).toHaveLength(1);
    expect(bodies[0]).toMatch(/^\/v1\/traces /);
    for (const name of ["process_batch orders", "process orders", "messaging.destination.name", "fanfare.outcome"]) {
      expect(bodies[0]).toContain(name);
    }
    await tracerProvider.shutdown();
  } finally {
    collector.close();
  }
});
