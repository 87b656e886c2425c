import { setTimeout as delay } from "node:timers/promises";
import { DeleteMessageCommand, type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { z } from "zod";
import type { SubscriberName } from "../../../../infra/demo/stage/subscribers.ts";
import type { ReferenceApp } from "./reference-app.ts";

/** Milliseconds between two looks. */
const INTERVAL_MS = 100;

/** Milliseconds until something that should come true has not. Three attempts with backoff fit, and a cold start. */
const DEADLINE_MS = 60_000;

/** Tries a check again and again until it passes. @throws what the last try threw, at the deadline */
export async function eventually<Found>(check: () => Promise<Found>): Promise<Found> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() >= deadline) {
        throw error;
      }
      await delay(INTERVAL_MS);
    }
  }
}

/** Waits until a check passes and the subscribers have nothing left to do, and checks once more: it has to stay true. */
export async function holds(
  app: ReferenceApp,
  subscribers: readonly SubscriberName[],
  check: () => Promise<void>,
): Promise<void> {
  await eventually(check);
  await app.quiet(subscribers);
  await check();
}

/** One message of a dead-letter queue, with the reason that Fanfare gave it. */
export interface DeadLetter {
  readonly body: string;
  readonly error: string;
  readonly message: string;
  readonly attempt: number;
}

const reason = z.object({ error: z.string(), message: z.string(), attempt: z.number() });

/**
 * Takes so many messages out of a subscriber's dead-letter queue.
 *
 * @throws Error when there are fewer at the deadline, or more
 */
export async function takeDeadLetters(
  app: ReferenceApp,
  subscriber: SubscriberName,
  count: number,
): Promise<DeadLetter[]> {
  const QueueUrl = app.deadLetterQueueUrl(subscriber);
  const deadLetters: DeadLetter[] = [];
  const receive = async () => {
    const { Messages = [] } = await app.clients.sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 1,
        MessageAttributeNames: ["All"],
      }),
    );
    for (const { ReceiptHandle } of Messages) {
      await app.clients.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    deadLetters.push(...Messages.map(deadLetterOf));
  };
  await eventually(async () => {
    await receive();
    if (deadLetters.length < count) {
      throw new Error(`${subscriber} has ${deadLetters.length} dead letters of ${count}`);
    }
  });
  await receive();
  if (deadLetters.length > count) {
    throw new Error(`${subscriber} has more than ${count} dead letters: ${JSON.stringify(deadLetters)}`);
  }
  return deadLetters;
}

function deadLetterOf({ Body = "", MessageAttributes = {} }: Message): DeadLetter {
  const text = MessageAttributes.fanfareFailure?.StringValue ?? "{}";
  return { body: Body, ...reason.parse(JSON.parse(text)) };
}
