import { type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { z } from "zod";
import type { Clients } from "./stage.ts";

/** One message in a dead-letter queue, with the reason that Fanfare gave it; SQS itself gives none. */
export interface DeadLetter {
  readonly messageId: string;
  readonly body: string;
  readonly error: string;
  readonly message: string;
  readonly attempt: number | undefined;
}

const reason = z.object({ error: z.string(), message: z.string(), attempt: z.number() });

/** Seconds that what was read stays hidden: long enough to see every message once. */
const HIDDEN_SECONDS = 120;

/** Reads all messages of a dead-letter queue and leaves them there. */
export async function readDeadLetters({ sqs }: Clients, QueueUrl: string): Promise<DeadLetter[]> {
  const deadLetters: DeadLetter[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        VisibilityTimeout: HIDDEN_SECONDS,
        MessageAttributeNames: ["All"],
      }),
    );
    if (Messages.length === 0) return deadLetters;
    deadLetters.push(...Messages.map(deadLetterOf));
  }
}

function deadLetterOf({ MessageId = "", Body = "", MessageAttributes = {} }: Message): DeadLetter {
  const text = MessageAttributes.fanfareFailure?.StringValue;
  const parsed = text === undefined ? undefined : reason.safeParse(JSON.parse(text));
  const known = parsed?.success === true ? parsed.data : { error: "none", message: "", attempt: undefined };
  return { messageId: MessageId, body: Body, ...known };
}
