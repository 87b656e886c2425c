import { z } from "zod";
import {
  type Codec,
  type ConsumeOptions,
  consume,
  consumeBatch,
  defineContract,
  event,
  poll,
  type SqsConsumer,
  type SqsRecord,
} from "../../lib/index.ts";
import { Outcomes } from "./outcomes.ts";
import { HostileQueue, QUEUE_ARN, QUEUE_URL } from "./queue.ts";

const contract = defineContract("orders", { Placed: event({ schema: z.object({ n: z.number() }) }) });
type Orders = typeof contract;

/** Takes batches of records, and tells which of them it did not acknowledge. */
export interface Consumer {
  readonly outcomes: Outcomes;
  take(records: readonly SqsRecord[]): Promise<ReadonlySet<string>>;
  stop(): Promise<void>;
}

/** Several events of a message where its body is a list; nothing good where it is a string. */
const codec: Codec<Orders> = (body) => {
  if (Array.isArray(body)) {
    return body.slice(0, 20).map((data, index) => ({ event: "Placed", id: `part-${index}`, data }));
  }
  return typeof body === "string" ? (body as never) : undefined;
};

function optionsFor(outcomes: Outcomes, queue: HostileQueue): ConsumeOptions<Orders> {
  return {
    guarantee: "at-least-once",
    consumer: "c",
    codec,
    deadLetterQueues: { [QUEUE_ARN]: { url: `${QUEUE_URL}-dlq` } },
    logger: outcomes.logger,
    logLevel: "debug",
    clients: queue.clients,
  };
}

const CONTEXT = { awsRequestId: "r", functionName: "f", getRemainingTimeInMillis: () => 60_000 };

/** A Lambda function, invoked for each batch. */
function invoked(make: (options: ConsumeOptions<Orders>, outcomes: Outcomes) => SqsConsumer): Consumer {
  const outcomes = new Outcomes();
  const consumer = make(optionsFor(outcomes, new HostileQueue()), outcomes);
  return {
    outcomes,
    async take(records) {
      const { batchItemFailures } = await consumer({ Records: records }, CONTEXT);
      return new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    },
    stop: async () => {},
  };
}

/** Milliseconds for the outcomes of a batch: a poller that has lost one would never say so. */
const DEADLINE_MS = 60_000;

/** A poller that receives the batches. */
function polled(): Consumer {
  const outcomes = new Outcomes();
  const queue = new HostileQueue();
  const poller = poll(
    contract,
    { Placed: (_data, { record }) => void outcomes.handled.add(record.messageId) },
    {
      ...optionsFor(outcomes, queue),
      queueUrl: QUEUE_URL,
      concurrency: 50,
      maxInFlight: 500,
      handleSignals: false,
    },
  );
  poller.done.catch((error: unknown) => console.log("the poller stopped:", error));
  return {
    outcomes,
    async take(records) {
      queue.send(records);
      const ids = records.map(({ messageId }) => messageId);
      const isSettled = (id: string) =>
        outcomes.of(id).length > 0 && (outcomes.of(id)[0] === "retry" || queue.deleted.has(id));
      for (const until = performance.now() + DEADLINE_MS; performance.now() < until && !ids.every(isSettled); ) {
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      const kept = new Set(ids.filter((id) => !queue.deleted.has(id)));
      for (const id of ids) {
        queue.deleted.delete(id);
      }
      return kept;
    },
    stop: () => poller.stop(),
  };
}

/** The three ways to consume. */
export function consumers(): ReadonlyMap<string, Consumer> {
  return new Map([
    [
      "consume",
      invoked((options, { handled }) =>
        consume(contract, { Placed: (_data, { record }) => void handled.add(record.messageId) }, options),
      ),
    ],
    [
      "consumeBatch",
      invoked((options, { handled }) =>
        consumeBatch(contract, (items) => items.forEach(({ record }) => void handled.add(record.messageId)), options),
      ),
    ],
    ["poll", polled()],
  ]);
}
