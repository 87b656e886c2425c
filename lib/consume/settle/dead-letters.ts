import { callEntries, entryResults, isTransient, regionOfQueueUrl, type SettlingSqsLoader } from "../../aws/index.ts";
import { Batcher } from "../../batch/index.ts";
import { backoff, type Clock, sleep } from "../../clock/index.ts";
import { type EntryResult, retryEntries } from "../../std/index.ts";
import { MAX_BATCH_ENTRIES, SQS_MAX_BYTES } from "../../wire/index.ts";
import type { DeadLetterMessage } from "./dead-letter-message.ts";
import { PerQueue } from "./per-queue.ts";

/** A dead letter with the time by which its invocation needs to know that it was taken, in milliseconds since the Unix epoch. */
interface Letter extends DeadLetterMessage {
  readonly deadline: number;
}

/** Calls per dead letter at most where the queue refuses single entries, and the pauses between them in milliseconds. */
const MAX_ATTEMPTS = 3;
const PAUSE = { base: 50, cap: 500 };

/** Milliseconds that one call may take: half of what an invocation waits for a dead letter, so that there is time for another. */
const TRY_MS = 5_000;

/** Milliseconds that a dead letter may wait for others on their way to the same queue. */
const LINGER_MS = 5;

/** Sends messages to dead-letter queues, up to 10 per call. */
export class DeadLetters {
  readonly #load: SettlingSqsLoader;
  readonly #clock: Clock;
  readonly #calls: PerQueue<Letter>;

  constructor(load: SettlingSqsLoader, clock: Clock) {
    this.#load = load;
    this.#clock = clock;
    this.#calls = new PerQueue(
      (queueUrl) =>
        new Batcher({
          clock,
          maxItems: MAX_BATCH_ENTRIES,
          maxBytes: SQS_MAX_BYTES,
          sizeOf: (letter) => letter.bytes,
          lingerMs: LINGER_MS,
          // One at a time: a FIFO dead-letter queue keeps the order in which the messages failed.
          concurrency: 1,
          send: (letters) => this.#sendBatch(queueUrl, letters),
        }),
    );
  }

  /** Resolves when the queue has taken the message; rejects when it has not, or not by the deadline. */
  async send(queueUrl: string, message: DeadLetterMessage, deadline: number): Promise<void> {
    await this.#calls.add(queueUrl, { ...message, deadline });
  }

  #sendBatch(queueUrl: string, letters: readonly Letter[]): Promise<readonly EntryResult<unknown>[]> {
    return retryEntries(letters, {
      maxAttempts: MAX_ATTEMPTS,
      isTransient,
      call: (open) => callEntries(open, (some) => this.#call(queueUrl, some)),
      pause: async (attempt, open) => {
        const ms = backoff(this.#clock, attempt, PAUSE.base, PAUSE.cap);
        const inTime = this.#clock.now() + ms < earliestDeadline(open);
        if (inTime) {
          await sleep(this.#clock, ms);
        }
        return inTime;
      },
    });
  }

  async #call(queueUrl: string, letters: readonly Letter[]): Promise<readonly EntryResult<unknown>[]> {
    const sqs = await this.#load(regionOfQueueUrl(queueUrl));
    const fifo = queueUrl.endsWith(".fifo");
    const input = {
      QueueUrl: queueUrl,
      Entries: letters.map((letter, index) => ({
        Id: String(index),
        MessageBody: letter.body,
        MessageAttributes: { ...letter.attributes },
        ...(letter.traceHeader === undefined
          ? {}
          : { MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: letter.traceHeader } } }),
        ...(letter.group === undefined ? {} : { MessageGroupId: letter.group }),
        ...(fifo ? { MessageDeduplicationId: letter.deduplicationId } : {}),
      })),
    };
    const response = await sqs.sendMessageBatch(input, {
      ms: Math.min(TRY_MS, earliestDeadline(letters) - this.#clock.now()),
    });
    return entryResults(letters.length, response);
  }
}

function earliestDeadline(letters: readonly Letter[]): number {
  return Math.min(...letters.map(({ deadline }) => deadline));
}
