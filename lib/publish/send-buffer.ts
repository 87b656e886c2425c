import { callEntries, isTransient } from "../aws/index.ts";
import { Batcher } from "../batch/index.ts";
import { backoff, type Clock, sleep } from "../clock/index.ts";
import type { Hook, PublicationInfo } from "../hook/index.ts";
import type { EntryResult } from "../std/index.ts";
import { MAX_BATCH_ENTRIES } from "../wire/index.ts";
import { Lanes } from "./lanes.ts";
import type { OutgoingMessage, Receipt, Transport } from "./transport.ts";

/** What a {@link SendBuffer} takes. */
export interface SendBufferOptions {
  readonly transport: Transport;
  readonly target: string;
  readonly clock: Clock;
  readonly hook: Hook | undefined;
  /** Maximum number of bytes of all messages of one call. */
  readonly maxBatchBytes: number;
  /** Milliseconds that a message waits for others while calls are under way. An idle buffer sends at once. */
  readonly lingerMs: number;
  /** Maximum number of calls under way at once. */
  readonly concurrency: number;
  /** Maximum number of attempts per message. */
  readonly maxAttempts: number;
}

/** A message with its size on the wire. */
export interface PreparedMessage {
  readonly publication: PublicationInfo;
  readonly message: OutgoingMessage;
  readonly bytes: number;
}

/** One attempt to send a message. */
interface Attempt extends PreparedMessage {
  /** 1 for the first. */
  readonly number: number;
  readonly signal: AbortSignal | undefined;
}

/** How an attempt ended. */
type AttemptResult = EntryResult<Receipt> & {
  /** Waits before the next attempt, together with the other messages of the call. */
  readonly pause: () => Promise<void>;
};

/** Milliseconds of the pauses between attempts: the first one and the longest one, before jitter. */
const BACKOFF = { base: 50, cap: 5_000 };

/** Why a message was finally not sent. The cause is the error of the last attempt. */
export class SendFailedError extends Error {
  readonly attempts: number;

  constructor(attempts: number, cause: unknown) {
    super(`not sent after ${attempts} attempts`, { cause });
    this.attempts = attempts;
  }
}

/**
 * The publisher's buffer of outgoing messages. It gathers them into calls, makes several calls at once, and sends only those
 * messages again that failed. On an ordered transport the next message of a group is not sent before the one ahead of it was
 * accepted or given up. That is why no two messages of a group are in one call: AWS may accept the second and fail the first.
 */
export class SendBuffer {
  readonly #options: SendBufferOptions;
  readonly #groups = new Lanes();
  readonly #calls: Batcher<Attempt, AttemptResult>;

  constructor(options: SendBufferOptions) {
    this.#options = options;
    this.#calls = new Batcher({
      clock: options.clock,
      maxItems: MAX_BATCH_ENTRIES,
      maxBytes: options.maxBatchBytes,
      sizeOf: ({ bytes }) => bytes,
      lingerMs: options.lingerMs,
      lingerWhenIdle: false,
      concurrency: options.concurrency,
      send: (attempts) => this.#call(attempts),
    });
  }

  /**
   * Adds a message. On an ordered transport messages of one group are sent in the order of these calls.
   *
   * @param prepared may take time: a large payload is written to S3 first
   * @throws SendFailedError when AWS refused the message or all attempts failed; the signal's reason when aborted before the
   *   message was sent; what `prepared` rejects with
   */
  add(
    prepared: Promise<PreparedMessage>,
    group: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Receipt> {
    const send = () => this.#send(prepared, signal);
    return this.#options.transport.ordered ? this.#groups.run(group ?? "", send) : send();
  }

  /** Until {@link relax}, sends without lingering. */
  hurry(): void {
    this.#calls.hurry();
  }

  /** Lets messages linger again. */
  relax(): void {
    this.#calls.relax();
  }

  /** The way of one message: it is prepared, sent, and sent again after a pause while it fails for a transient reason. */
  async #send(prepared: Promise<PreparedMessage>, signal: AbortSignal | undefined): Promise<Receipt> {
    const message = await prepared;
    for (let number = 1; ; number++) {
      const result = await this.#calls.add({ ...message, number, signal });
      if (result.ok) {
        return result.value;
      }
      if (number === this.#options.maxAttempts || !isTransient(result.error)) {
        throw new SendFailedError(number, result.error);
      }
      await result.pause();
    }
  }

  /** Makes one call, without the messages that were aborted while they waited for it. */
  async #call(attempts: readonly Attempt[]): Promise<readonly EntryResult<AttemptResult>[]> {
    const open = attempts.filter(({ signal }) => signal?.aborted !== true);
    const results = open.length === 0 ? [] : await this.#callTransport(open);
    const resultOf = new Map(open.map((attempt, index) => [attempt, results[index]]));
    const pause = this.#pauseAfter(open);
    return attempts.map((attempt) => {
      const result = resultOf.get(attempt);
      return result === undefined
        ? { ok: false, error: attempt.signal?.reason }
        : { ok: true, value: { ...result, pause } };
    });
  }

  /** One pause for all messages of a call: those that failed together are sent again together, in one call instead of ten. */
  #pauseAfter(attempts: readonly Attempt[]): () => Promise<void> {
    const { clock } = this.#options;
    let pause: Promise<void> | undefined;
    return () => {
      const most = Math.max(...attempts.map(({ number }) => number));
      pause ??= sleep(clock, backoff(clock, most, BACKOFF.base, BACKOFF.cap));
      return pause;
    };
  }

  #callTransport(attempts: readonly Attempt[]): Promise<readonly EntryResult<Receipt>[]> {
    return callEntries(attempts, (some) => this.#callOnce(some));
  }

  #callOnce(attempts: readonly Attempt[]): Promise<readonly EntryResult<Receipt>[]> {
    const { hook, target, transport } = this.#options;
    const call = () => transport.send(attempts.map(({ message }) => message));
    return hook === undefined
      ? call()
      : hook.timed(call, ({ at, durationMs, result, error }) => {
          const publications = attempts.map(({ publication }) => publication);
          return { type: "sent", at, durationMs, target, publications, errors: errorsOf(attempts, result, error) };
        });
  }
}

/** Why AWS did not take messages, by their places: those of the response, or the call's own for all. */
function errorsOf(
  attempts: readonly Attempt[],
  results: readonly EntryResult<Receipt>[] | undefined,
  error: unknown,
): ReadonlyMap<number, unknown> {
  return new Map(
    attempts.flatMap((_, index): [number, unknown][] => {
      const result = results?.[index];
      return result?.ok === true ? [] : [[index, result?.error ?? error]];
    }),
  );
}
