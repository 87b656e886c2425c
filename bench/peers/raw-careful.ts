import type { Context, SQSBatchResponse, SQSRecord } from "aws-lambda";
import { schemas } from "../support/contract.ts";
import type { Job, LambdaHandler } from "./job.ts";

/** Handlers at work at once. */
const CONCURRENCY = 10;

/** Milliseconds kept at the end of an invocation. */
const RESERVE_MS = 1_000;

/** What a handler gets of its record: as much as Fanfare gives. */
interface Call {
  readonly id: string;
  readonly source: string;
  readonly time: Date | undefined;
  readonly attempt: number;
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  readonly remainingMs: () => number;
}

const log = (_line: object) => {};

/**
 * The hand-written loop of someone who does for each record what Fanfare does without a store: no more than ten handlers at once,
 * none started when time is short, each given up in time with its signal aborted, the record's times, attempt and idempotency
 * key, one log entry a record. The floor of these promises.
 */
export function rawCareful({ handle }: Job): LambdaHandler {
  const handler = async (data: object, { id }: Call) => await handle(data, id);
  return async (event, context) => await run(event.Records, context, handler);
}

async function run(
  records: readonly SQSRecord[],
  context: Context,
  handler: (data: object, call: Call) => Promise<void>,
): Promise<SQSBatchResponse> {
  const deadline = Date.now() + context.getRemainingTimeInMillis() - RESERVE_MS;
  const remainingMs = () => Math.max(0, deadline - Date.now());
  const running = new Set<() => void>();
  const timer = setTimeout(() => {
    for (const giveUp of running) {
      giveUp();
    }
  }, remainingMs());
  const batchItemFailures: { itemIdentifier: string }[] = [];
  let next = 0;

  const one = async (record: SQSRecord) => {
    try {
      if (Date.now() >= deadline) {
        throw new Error("too little time");
      }
      const { envelope, data } = decode(record);
      const controller = new AbortController();
      const call: Call = {
        id: envelope.id,
        source: envelope.source,
        time: typeof envelope.time === "string" ? new Date(envelope.time) : undefined,
        attempt: Number(record.attributes.ApproximateReceiveCount),
        idempotencyKey: `fanfare#${encodeURIComponent(envelope.source)}#${encodeURIComponent(envelope.id)}`,
        signal: controller.signal,
        remainingMs,
      };
      await new Promise<void>((resolve, reject) => {
        const giveUp = () => {
          const error = new Error("the handler took too long");
          reject(error);
          controller.abort(error);
        };
        running.add(giveUp);
        handler(data, call)
          .finally(() => running.delete(giveUp))
          .then(resolve, reject);
      });
      log({ outcome: "done", event: envelope.type, eventId: envelope.id, messageId: record.messageId });
    } catch (error) {
      log({ outcome: "retry", messageId: record.messageId, error });
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  };
  const worker = async () => {
    for (let record = records[next]; record !== undefined; record = records[next]) {
      next += 1;
      await one(record);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  clearTimeout(timer);
  return { batchItemFailures };
}

/** Reads a record's envelope by hand. @throws Error for what is not one */
function decode(record: SQSRecord) {
  const envelope: unknown = JSON.parse(record.body);
  if (typeof envelope !== "object" || envelope === null) {
    throw new Error("not an object");
  }
  const { specversion, id, source, type, time, data } = envelope as Record<string, unknown>;
  if (specversion !== "1.0" || typeof id !== "string" || typeof source !== "string" || typeof type !== "string") {
    throw new Error("not an envelope");
  }
  const schema = Object.hasOwn(schemas, type) ? schemas[type as keyof typeof schemas] : undefined;
  if (schema === undefined) {
    throw new Error(`unknown type ${type}`);
  }
  return { envelope: { id, source, type, time }, data: schema.parse(data) };
}
