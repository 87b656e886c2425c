import { type PublishBatchRequestEntry, type PublishBatchResponse, SNSClient } from "@aws-sdk/client-sns";
import { type SendMessageBatchRequestEntry, SQSClient } from "@aws-sdk/client-sqs";
import { z } from "zod";
import { defineContract, event } from "../../../lib/contract/index.ts";
import type { FanfareError } from "../../../lib/errors/index.ts";
import type { PayloadStore } from "../../../lib/payload/index.ts";
import { createPublisher, type Publisher, type PublisherOptions } from "../../../lib/publish/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";

export const TOPIC = "arn:aws:sns:eu-central-1:123456789012:orders";
export const QUEUE_URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders";

export const orders = defineContract("orders", {
  Placed: event({
    schema: z.object({ id: z.string(), text: z.string().default("") }),
    attributes: { note: (order) => order.text.slice(0, 300_000) || undefined },
  }),
  Grouped: event({ schema: z.object({ id: z.string(), group: z.string() }), group: (order) => order.group }),
  Plain: event({ schema: z.object({ id: z.string(), text: z.string() }) }),
});

type Answer = PublishBatchResponse;

/** Takes all entries of a call. */
export const takeAll = (entries: readonly { Id?: string | undefined }[]): Answer => ({
  Successful: entries.map(({ Id }) => ({ Id, MessageId: `m-${Id}`, SequenceNumber: `s-${Id}` })),
  Failed: [],
});

/** Takes all entries but those whose body holds one of the texts; these fail. */
export function failing(
  entries: readonly PublishBatchRequestEntry[],
  texts: readonly string[],
  fault: boolean,
): Answer {
  const fails = (entry: PublishBatchRequestEntry) => texts.some((text) => entry.Message?.includes(text));
  return {
    Successful: takeAll(entries.filter((entry) => !fails(entry))).Successful,
    Failed: entries.filter(fails).map(({ Id }) => ({
      Id,
      Code: fault ? "InvalidParameter" : "Throttled",
      Message: "not now",
      SenderFault: fault,
    })),
  };
}

/** What a test answers to a call; the number of the call counts from 0. */
export type Script = (entries: readonly PublishBatchRequestEntry[], call: number) => Answer | Promise<Answer>;

const credentials = { accessKeyId: "test", secretAccessKey: "test" };

/** A real SNS client whose calls end in the test instead of the network. */
export function scriptedSns(script: Script = takeAll): { client: SNSClient; calls: PublishBatchRequestEntry[][] } {
  const calls: PublishBatchRequestEntry[][] = [];
  const client = new SNSClient({ region: "eu-central-1", credentials });
  client.middlewareStack.add(
    () => async (args) => {
      if (!("PublishBatchRequestEntries" in args.input)) {
        throw new Error("only PublishBatch is expected");
      }
      const entries = args.input.PublishBatchRequestEntries ?? [];
      const output = await script(entries, calls.push(entries) - 1);
      return { output: { ...output, $metadata: {} } as never, response: {} };
    },
    { step: "initialize", priority: "high" },
  );
  return { client, calls };
}

/** A real SQS client whose calls end in the test instead of the network. */
export function scriptedSqs(
  script: (entries: readonly SendMessageBatchRequestEntry[], call: number) => Answer | Promise<Answer> = takeAll,
): { client: SQSClient; calls: SendMessageBatchRequestEntry[][] } {
  const calls: SendMessageBatchRequestEntry[][] = [];
  const client = new SQSClient({ region: "eu-central-1", credentials });
  client.middlewareStack.add(
    () => async (args) => {
      const given = "Entries" in args.input ? (args.input.Entries ?? []) : [];
      const entries = given.filter((entry): entry is SendMessageBatchRequestEntry => "MessageBody" in entry);
      if (entries.length === 0) {
        throw new Error("only SendMessageBatch is expected");
      }
      const output = await script(entries, calls.push(entries) - 1);
      return { output: { ...output, $metadata: {} } as never, response: {} };
    },
    { step: "initialize", priority: "high" },
  );
  return { client, calls };
}

export interface Bench {
  readonly clock: FakeClock;
  readonly publish: Publisher<typeof orders>;
  readonly calls: PublishBatchRequestEntry[][];
  /** The ids of the data of each call, in order. */
  ids(): string[][];
}

/** A publisher to a topic on a clock that stands still, with the given answers. */
export function bench(script?: Script, options: PublisherOptions = {}): Bench {
  const clock = new FakeClock();
  const { client, calls } = scriptedSns(script);
  const publish = createPublisher(orders, { target: TOPIC, clock, clients: { sns: client }, ...options });
  const idOf = (entry: PublishBatchRequestEntry) => String(/"data":\{"id":"([^"]*)"/.exec(entry.Message ?? "")?.[1]);
  return { clock, publish, calls, ids: () => calls.map((entries) => entries.map(idOf)) };
}

/** A payload store in memory whose writes can be held back. */
export function memoryStore(hold?: Promise<unknown>): PayloadStore & { readonly bodies: Uint8Array[] } {
  const bodies: Uint8Array[] = [];
  return {
    bodies,
    async put(body, signal) {
      await hold;
      signal?.throwIfAborted();
      bodies.push(body);
      return { bucket: "payloads", key: `orders/${bodies.length}` };
    },
    async get() {
      throw new Error("a publisher does not read");
    },
  };
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<FanfareError> {
  try {
    await promise;
  } catch (error) {
    return error as FanfareError;
  }
  throw new Error("the promise did not reject");
}

/** A promise that the test settles. */
export function deferred<Value = void>() {
  return Promise.withResolvers<Value>();
}
