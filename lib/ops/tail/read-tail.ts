import type { Cloud } from "../cloud/index.ts";
import { type Letter, letterOf } from "../letters/index.ts";
import type { Tail } from "./open-tail.ts";

/** Seconds that a receive waits for messages: below the time limit of one try. */
const WAIT_SECONDS = 4;

/** How a tail is read. */
export interface ReadTailOptions {
  /** When it is over, in milliseconds since the Unix epoch. */
  readonly end: number;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** One event that passed. */
export type TailedMessage = Pick<Letter, "messageId" | "body" | "attributes" | "event" | "sentAt" | "group">;

/** The messages of a tail as they come, until it is over. Each is deleted after it was handed out. */
export async function* readTail(
  cloud: Cloud,
  { queueUrl }: Tail,
  { end, signal }: ReadTailOptions,
): AsyncGenerator<readonly TailedMessage[]> {
  const { sdk, call } = await cloud.sqs();
  while (!signal.aborted && Date.now() < end) {
    const left = Math.ceil((end - Date.now()) / 1_000);
    const receive = new sdk.ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: Math.max(1, Math.min(WAIT_SECONDS, left)),
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["SentTimestamp", "MessageGroupId"],
    });
    const { Messages = [] } = await call((client, options) => client.send(receive, options), { signal }).catch(
      (error: unknown) => {
        if (signal.aborted) {
          return { Messages: [] };
        }
        throw error;
      },
    );
    if (Messages.length > 0) {
      yield Messages.map((message) => letterOf(message, "processing"));
      const Entries = Messages.map(({ ReceiptHandle = "" }, index) => ({ Id: String(index), ReceiptHandle }));
      const remove = new sdk.DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries });
      await call((client, options) => client.send(remove, options));
    }
  }
}
