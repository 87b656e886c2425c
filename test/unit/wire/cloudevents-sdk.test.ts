import { isDeepStrictEqual } from "node:util";
import { CloudEvent, HTTP } from "cloudevents";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineContract, event } from "../../../lib/contract/index.ts";
import { composeMessage, envelopeData, parseJson, readEnvelope, writeEnvelope } from "../../../lib/wire/index.ts";
import { anyEnvelope, anyJson } from "./arbitraries.ts";

const STRUCTURED = { "content-type": "application/cloudevents+json; charset=utf-8" };

/** Reads a body with the official SDK, as an HTTP service would. */
function readWithSdk(body: string): CloudEvent<unknown> {
  const event = HTTP.toEvent<unknown>({ headers: STRUCTURED, body });
  if (Array.isArray(event)) {
    throw new Error("one event became several");
  }
  return new CloudEvent<unknown>({ ...event }, true);
}

describe("the official CloudEvents SDK", () => {
  it("accepts strictly, and reads as we wrote it, any envelope", () => {
    fc.assert(
      fc.property(anyEnvelope, (envelope) => {
        const read = readWithSdk(writeEnvelope(envelope));
        expect(read.validate()).toBe(true);
        const { data: _data, time, ...attributes } = envelope;
        for (const [name, value] of Object.entries(attributes)) {
          expect(read[name]).toEqual(value);
        }
        if (time !== undefined) {
          expect(Date.parse(read.time ?? "")).toBe(Date.parse(time));
        }
        // The SDK drops data that is false, 0 or empty.
        if (envelope.data) {
          expect(isDeepStrictEqual(read.data, envelope.data)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("writes what we read, any data", () => {
    const data = anyJson.filter((value) => typeof value === "object" && value !== null);
    fc.assert(
      fc.property(fc.uuid(), data, (id, value) => {
        const written = HTTP.structured(
          new CloudEvent({ id, source: "/sdk", type: "com.example.t", data: value, partitionkey: "p", dataversion: 2 }),
        );
        const read = readEnvelope(parseJson(String(written.body), "body"));
        expect(read).toMatchObject({ id, source: "/sdk", type: "com.example.t", partitionkey: "p", dataversion: 2 });
        expect(isDeepStrictEqual(envelopeData(read), value)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("writes binary data that we read", () => {
    const bytes = new Uint8Array([0, 1, 254, 255]);
    const written = HTTP.structured(
      new CloudEvent({ source: "/sdk", type: "t", datacontenttype: "application/octet-stream", data: bytes }),
    );
    expect(envelopeData(readEnvelope(parseJson(String(written.body), "body")))).toEqual(bytes);
  });

  it("accepts a message with every option", () => {
    const contract = defineContract("orders", {
      Placed: event({ version: 2, schema: z.object({ id: z.string() }), group: (order) => order.id }),
    });
    const time = new Date("2026-11-21T12:00:00.123Z");
    const message = composeMessage(
      contract.events.Placed,
      "urn:fanfare:orders",
      { id: "7" },
      { id: "7" },
      {
        id: "event-1",
        time,
        subject: "order/7",
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        tracestate: "vendor=1",
        correlationId: "c",
        causationId: "d",
        expiresAt: new Date("2026-11-22T12:00:00Z"),
      },
    );
    const read = readWithSdk(message.body);
    expect(read).toMatchObject({
      id: "event-1",
      source: "urn:fanfare:orders",
      type: "orders.Placed",
      time: "2026-11-21T12:00:00.123Z",
      subject: "order/7",
      datacontenttype: "application/json",
      dataversion: 2,
      partitionkey: "7",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      tracestate: "vendor=1",
      correlationid: "c",
      causationid: "d",
      expirytime: "2026-11-22T12:00:00.000Z",
      data: { id: "7" },
    });
  });
});
