import { createHash } from "node:crypto";
import { type Message, type MessageSystemAttributeName, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { Answer } from "../answer.ts";
import type { World } from "../world.ts";
import { counts } from "./counts.ts";
import type { SqsOperation } from "./operation.ts";

type Receive = Extract<SqsOperation, { kind: "sqs.receive" }>;

/** Messages that one call can return (API Reference: ReceiveMessage). */
const MAXIMUM = 10;

/** Calls after which emptying a queue gives up. */
const MAXIMUM_CALLS = 20;

/** Seconds that outlast every sequence. */
const LONG = 600;

/**
 * Receives so that the answer is determined, whatever order the queue likes.
 *
 * A standard queue has no order, so all that it has is taken. A FIFO queue with one group (`one` in its name) has one,
 * so the call is made as it stands. With several groups only the order within each is defined, so all is taken at
 * once, or nothing where one call cannot hold it.
 */
export async function receive(world: World, step: Receive, visible: number): Promise<Answer[]> {
  const invalid = step.maximum < 1 || step.maximum > MAXIMUM || step.visibility < 0 || step.visibility > 43_200;
  const oneGroup = step.queue.includes("one");
  if (invalid || oneGroup) {
    return finish(world, step, [await call(world, step, step.maximum, step.visibility)]);
  }
  if (visible <= MAXIMUM && (step.queue.endsWith(".fifo") || step.visibility === 0)) {
    return finish(world, step, [await call(world, step, MAXIMUM, step.visibility)]);
  }
  if (step.queue.endsWith(".fifo")) {
    return [];
  }
  const batches: Batch[] = [];
  while (batches.length < MAXIMUM_CALLS) {
    const batch = await call(world, step, MAXIMUM, LONG);
    batches.push(batch);
    if (!Array.isArray(batch) || batch.length === 0) {
      break;
    }
  }
  return finish(world, step, batches);
}

/** Messages, or what went wrong. */
type Batch = readonly Message[] | { readonly error: string };

async function call(world: World, step: Receive, maximum: number, visibility: number): Promise<Batch> {
  let messages: readonly Message[] = [];
  const answer = await world.call(
    () =>
      world.side.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: world.queueUrl(step.queue),
          MaxNumberOfMessages: maximum,
          VisibilityTimeout: visibility,
          WaitTimeSeconds: 0,
          MessageSystemAttributeNames: ["All"] satisfies MessageSystemAttributeName[],
          MessageAttributeNames: [...step.names],
        }),
      ),
    ({ Messages }) => {
      messages = Messages ?? [];
      return null;
    },
  );
  return "error" in answer ? answer : messages;
}

async function finish(world: World, step: Receive, batches: readonly Batch[]): Promise<Answer[]> {
  const failed = batches.find((batch) => "error" in batch);
  if (failed !== undefined && "error" in failed) {
    return [failed];
  }
  const messages = batches.flatMap((batch) => ("error" in batch ? [] : batch));
  const sorted = step.queue.includes("one")
    ? messages
    : messages
        .map((message) => ({ message, key: sortKey(step.queue, message) }))
        .sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
        .map(({ message }) => message);
  const known = world.receipts.get(step.queue) ?? [];
  known.push(...sorted.map(({ ReceiptHandle }) => ({ handle: ReceiptHandle ?? "" })));
  world.receipts.set(step.queue, known);
  const deadLetterQueue = DEAD_LETTER_QUEUES[step.queue];
  return [
    { ok: sorted.map((message, index) => world.clean(readable(message), "", `.${index}`)) },
    await counts(world, step.queue),
    // A receive is what moves messages to the dead-letter queue.
    ...(deadLetterQueue === undefined ? [] : [await counts(world, deadLetterQueue)]),
  ];
}

/** The slots of queues that can have a dead-letter queue, with those of theirs. */
const DEAD_LETTER_QUEUES: Readonly<Record<string, string>> = {
  work: "dead",
  "work.fifo": "dead.fifo",
  "one.fifo": "one-dead.fifo",
};

/** Group for FIFO, whose order within a group then stays; else the body without what differs by chance. */
function sortKey(queue: string, { Body, Attributes, MessageAttributes }: Message): string {
  if (queue.endsWith(".fifo")) {
    return Attributes?.MessageGroupId ?? "";
  }
  const wrapped = unwrap(Body);
  return JSON.stringify([
    wrapped?.Message ?? Body,
    wrapped === undefined,
    Object.keys(MessageAttributes ?? {}),
    Attributes?.DeadLetterQueueSourceArn ?? "",
  ]);
}

/** The message with SNS's envelope as an object, so that the ids and times in it are recognised. */
function readable(message: Message): unknown {
  const wrapped = unwrap(message.Body);
  if (wrapped === undefined) {
    return message;
  }
  const md5 = createHash("md5")
    .update(message.Body ?? "")
    .digest("hex");
  const { Message: text, ...envelope } = wrapped;
  return { ...message, Body: { ...envelope, Text: text }, MD5OfBody: md5 === message.MD5OfBody };
}

function unwrap(body: string | undefined): Record<string, unknown> | undefined {
  if (body?.startsWith("{") !== true) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && "TopicArn" in value ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
