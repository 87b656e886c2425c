import type { MessageAttributeValue, SendMessageBatchCommandOutput } from "@aws-sdk/client-sqs";
import { Batcher } from "../batch/index.ts";
import { backoff, type Clock, sleep } from "../clock/index.ts";
import { describeError, FanfareError, isFanfareError } from "../errors/index.ts";
import { FAILURE_ATTRIBUTE, MAX_MESSAGE_ATTRIBUTES } from "../names/index.ts";
import type { EntryResult } from "../std/index.ts";
import { MAX_BATCH_ENTRIES, messageBytes, SQS_MAX_BYTES } from "../wire/index.ts";
import type { Incoming } from "./incoming.ts";
import type { LoadedSqs } from "./sqs-client.ts";
import { within } from "./within.ts";

/** What the attribute on a dead-lettered message says, as JSON. */
export interface FailureReason {
  /** Name or code of the error: `SchemaMismatch`, `TypeError`. */
  readonly error: string;
  /** At most 1,000 characters. */
  readonly message: string;
  readonly consumer: string;
  /** Name of the function. */
  readonly handler: string;
  /** The receive count at which it was given up. */
  readonly attempt: number;
  /** ISO 8601. */
  readonly time: string;
  /** The queue that it came from. */
  readonly source: string;
}

interface Letter {
  readonly body: string;
  readonly attributes: Record<string, MessageAttributeValue>;
  readonly bytes: number;
  readonly group: string | undefined;
  readonly deduplicationId: string;
  /** Milliseconds since the epoch at which its invocation can wait no longer. */
  readonly giveUpAt: number;
}

/** A letter with its place among those of one batch. */
interface Addressed {
  readonly letter: Letter;
  readonly place: number;
}

/** Tries of a letter that the queue does not take although the call succeeds, and the pauses between them in milliseconds. */
const MAX_TRIES = 3;
const BACKOFF = { base: 50, cap: 500 };

/** Milliseconds that a message may wait for others on their way to the same queue. */
const LINGER_MS = 5;

const MAX_REASON_CHARACTERS = 1_000;

/** Sends messages to dead-letter queues, up to 10 a call, as they were, with one attribute that tells why. */
export class DeadLetters {
  readonly #load: () => Promise<LoadedSqs>;
  readonly #clock: Clock;
  readonly #batchers = new Map<string, Batcher<Letter, undefined>>();

  constructor(load: () => Promise<LoadedSqs>, clock: Clock) {
    this.#load = load;
    this.#clock = clock;
  }

  /** Resolves when the queue has taken the message; rejects when it has not, or not by `giveUpAt`. */
  async send(queueUrl: string, incoming: Incoming, reason: FailureReason, giveUpAt: number): Promise<void> {
    const letter = { ...letterOf(incoming, reason, queueUrl.endsWith(".fifo")), giveUpAt };
    await this.#batcher(queueUrl).add(letter);
  }

  #batcher(queueUrl: string): Batcher<Letter, undefined> {
    let batcher = this.#batchers.get(queueUrl);
    if (batcher === undefined) {
      batcher = new Batcher({
        clock: this.#clock,
        maxItems: MAX_BATCH_ENTRIES,
        maxBytes: SQS_MAX_BYTES,
        sizeOf: (letter) => letter.bytes,
        lingerMs: LINGER_MS,
        // One at a time: a FIFO dead-letter queue keeps the order in which they failed.
        concurrency: 1,
        send: (letters) => this.#sendBatch(queueUrl, letters),
      });
      this.#batchers.set(queueUrl, batcher);
    }
    return batcher;
  }

  /** Sends letters, and those again that the queue did not take for a reason of its own: the SDK retries calls, not entries. */
  async #sendBatch(queueUrl: string, letters: readonly Letter[]): Promise<readonly EntryResult<undefined>[]> {
    const outcomes = new Array<EntryResult<undefined>>(letters.length);
    let open = letters.map((letter, place) => ({ letter, place }));
    for (let attempt = 1; ; attempt++) {
      open = await this.#sendOnce(queueUrl, open, outcomes);
      if (open.length === 0 || attempt === MAX_TRIES) return outcomes;
      const pause = backoff(this.#clock, attempt, BACKOFF.base, BACKOFF.cap);
      if (this.#clock.now() + pause >= giveUpAt(open)) return outcomes;
      await sleep(this.#clock, pause);
    }
  }

  /** One call. Fills in the outcomes, and answers the letters that are worth another try. */
  async #sendOnce(
    queueUrl: string,
    open: readonly Addressed[],
    outcomes: EntryResult<undefined>[],
  ): Promise<Addressed[]> {
    const fail = ({ place }: Addressed, error: unknown) => {
      outcomes[place] = { ok: false, error };
    };
    try {
      const answer = await this.#call(queueUrl, open);
      // Taken is only what the answer names: a message that is acknowledged without that would be lost.
      const taken = new Set((answer.Successful ?? []).map((entry) => entry.Id));
      return open.filter((addressed, index) => {
        if (taken.has(String(index))) {
          outcomes[addressed.place] = { ok: true, value: undefined };
          return false;
        }
        const failed = answer.Failed?.find((entry) => entry.Id === String(index));
        fail(addressed, new Error(`${failed?.Code ?? "NoAnswer"}: ${failed?.Message ?? "not named in the answer"}`));
        return failed?.SenderFault !== true;
      });
    } catch (error) {
      for (const addressed of open) fail(addressed, error);
      return [];
    }
  }

  async #call(queueUrl: string, open: readonly Addressed[]): Promise<SendMessageBatchCommandOutput> {
    const { sdk, client } = await this.#load();
    const command = new sdk.SendMessageBatchCommand({
      QueueUrl: queueUrl,
      Entries: open.map(({ letter }, index) => ({
        Id: String(index),
        MessageBody: letter.body,
        MessageAttributes: letter.attributes,
        ...(letter.group === undefined ? {} : { MessageGroupId: letter.group }),
        ...(queueUrl.endsWith(".fifo") ? { MessageDeduplicationId: letter.deduplicationId } : {}),
      })),
    });
    return await within(this.#clock, giveUpAt(open), "dead-lettering", (abortSignal) =>
      client.send(command, { abortSignal }),
    );
  }
}

/** The earliest time at which one of the letters' invocations can wait no longer. */
function giveUpAt(letters: readonly Addressed[]): number {
  return Math.min(...letters.map(({ letter }) => letter.giveUpAt));
}

/** Makes the reason of an error. The stack and the payload are left out. */
export function failureReason(
  error: unknown,
  incoming: Incoming,
  consumer: string,
  handler: string,
  now: number,
): FailureReason {
  const { name, message } = describeError(error);
  return {
    error: isFanfareError(error) ? error.code : name,
    message: sendable(message).slice(0, MAX_REASON_CHARACTERS),
    consumer,
    handler,
    attempt: incoming.receiveCount,
    time: new Date(now).toISOString(),
    source: incoming.queueArn,
  };
}

function letterOf(incoming: Incoming, reason: FailureReason, fifo: boolean): Omit<Letter, "giveUpAt"> {
  const { record } = incoming;
  if (typeof record?.body !== "string" || record.body === "") {
    throw new FanfareError("BodyMalformed", "a record without a body cannot be sent to a dead-letter queue", {
      field: "body",
    });
  }
  const attributes = originalAttributes(incoming);
  const marked = {
    ...attributes,
    [FAILURE_ATTRIBUTE]: { DataType: "String", StringValue: sendable(JSON.stringify(reason)) },
  };
  // Better without the reason than not at all: foreign messages may use all ten attributes, or the whole size.
  const fits =
    Object.keys(marked).length <= MAX_MESSAGE_ATTRIBUTES && messageBytes(record.body, wire(marked)) <= SQS_MAX_BYTES;
  const chosen = fits ? marked : attributes;
  return {
    body: record.body,
    attributes: chosen,
    bytes: messageBytes(record.body, wire(chosen)),
    group: incoming.group === "" ? undefined : incoming.group,
    // The message's own id: a second try to send the same message is dropped, a redriven one is not.
    deduplicationId: fifo ? incoming.messageId : "",
  };
}

function originalAttributes(incoming: Incoming): Record<string, MessageAttributeValue> {
  const attributes: Record<string, MessageAttributeValue> = {};
  for (const [name, attribute] of Object.entries(incoming.record.messageAttributes ?? {})) {
    // A redriven message has the reason of its last failure.
    if (name === FAILURE_ATTRIBUTE) continue;
    attributes[name] = {
      DataType: attribute.dataType,
      ...(attribute.stringValue == null ? {} : { StringValue: attribute.stringValue }),
      ...(attribute.binaryValue == null ? {} : { BinaryValue: Buffer.from(attribute.binaryValue, "base64") }),
    };
  }
  return attributes;
}

function wire(attributes: Record<string, MessageAttributeValue>) {
  return attributes as Record<string, { DataType: string; StringValue?: string; BinaryValue?: Uint8Array }>;
}

/** Without the characters that SQS refuses. */
function sendable(text: string): string {
  return text.toWellFormed().replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD");
}
