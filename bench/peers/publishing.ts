import { PublishBatchCommand, PublishCommand } from "@aws-sdk/client-sns";
import { createPublisher, s3PayloadStore } from "fanfare";
import { contract, orderSchema } from "../support/contract.ts";
import type { Services } from "../support/services.ts";

/** One event to publish. */
export interface Outgoing {
  readonly event: "OrderPlaced" | "DocumentWritten";
  readonly data: object;
}

/** Publishes events and resolves when all have been taken. */
export type PublishAll = (events: readonly Outgoing[]) => Promise<void>;

const TopicArn = "arn:aws:sns:eu-central-1:123456789012:bench";

/** Bytes that SNS takes in one call. Source: Amazon SNS API Reference, `Publish`. */
const MAX_BYTES = 262_144;

/** Fanfare as its page shows it. */
export function fanfarePublisher(services: Services): PublishAll {
  const payloads = s3PayloadStore({ location: { bucket: "bench-payloads", prefix: "" }, client: services.s3 });
  const publish = createPublisher(contract, { target: TopicArn, payloads, clients: { sns: services.sns } });
  return async (events) => {
    await Promise.all(events.map(({ event, data }) => publish(event, data as never)));
  };
}

/** One call an event, one after another: what most code does. */
export function rawOneByOne({ sns }: Services): PublishAll {
  return async (events) => {
    for (const event of events) {
      await sns.send(new PublishCommand({ TopicArn, ...entryOf(event) }));
    }
  };
}

/** One call an event, all at once: as many as the SDK has connections. */
export function rawAtOnce({ sns }: Services): PublishAll {
  return async (events) => {
    await Promise.all(events.map((event) => sns.send(new PublishCommand({ TopicArn, ...entryOf(event) }))));
  };
}

/** Batches by hand, four at once, as Fanfare sends them; without sizes, retries or single outcomes. The floor. */
export function rawBatches({ sns }: Services): PublishAll {
  return async (events) => {
    const batches: Outgoing[][] = [];
    for (let at = 0; at < events.length; at += 10) {
      batches.push(events.slice(at, at + 10));
    }
    const send = async () => {
      for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
        const entries = batch.map((event, index) => ({ Id: String(index), ...entryOf(event) }));
        await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries }));
      }
    };
    await Promise.all([send(), send(), send(), send()]);
  };
}

/** Validates and wraps as Fanfare does, because consumers of all need the same envelope. */
function entryOf({ event, data }: Outgoing) {
  const type = `bench.${event}`;
  const valid = event === "OrderPlaced" ? orderSchema.parse(data) : data;
  const Message = JSON.stringify({
    specversion: "1.0",
    id: crypto.randomUUID(),
    source: "urn:fanfare:bench",
    type,
    time: new Date().toISOString(),
    datacontenttype: "application/json",
    data: valid,
  });
  if (Message.length > MAX_BYTES) {
    throw new RangeError("too large for SNS");
  }
  return { Message, MessageAttributes: { type: { DataType: "String", StringValue: type } } };
}
