import type { Message } from "@aws-sdk/client-sqs";
import { type PollingSqsLoader, regionOfQueueUrl } from "../../aws/index.ts";
import type { Clock } from "../../clock/index.ts";
import { MAX_BATCH_ENTRIES } from "../../wire/index.ts";

/** What {@link QueueReader} takes. */
export interface QueueReaderOptions {
  readonly queueUrl: string;
  readonly waitTimeSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly load: PollingSqsLoader;
  readonly clock: Clock;
}

/**
 * Milliseconds that a receive is left alone when the poller stops: SQS responds at once when it has messages, and the messages of a
 * response that nobody reads stay in flight for their visibility timeout. What takes longer is an empty long poll.
 */
const RECEIVE_GRACE_MS = 1_000;

/** Milliseconds that a receive may take besides its waiting time. Without a response by then it counts as lost. */
const RECEIVE_MARGIN_MS = 5_000;

/** Receives the messages of a queue. */
export class QueueReader {
  readonly #options: QueueReaderOptions;
  #arn: string | undefined;

  constructor(options: QueueReaderOptions) {
    this.#options = options;
  }

  /** The queue's ARN, read once. */
  async arn(stopping: AbortSignal): Promise<string> {
    if (this.#arn === undefined) {
      const { load, queueUrl } = this.#options;
      const { sdk, call } = await load(regionOfQueueUrl(queueUrl));
      const command = new sdk.GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["QueueArn"] });
      const response = await call((client, options) => client.send(command, options), { signal: stopping });
      this.#arn = response.Attributes?.QueueArn ?? "";
    }
    return this.#arn;
  }

  /** Waits for up to `room` messages, for as long as one long poll takes. */
  async receive(room: number, stopping: AbortSignal): Promise<readonly Message[]> {
    const { load, clock, queueUrl, waitTimeSeconds, visibilityTimeoutSeconds } = this.#options;
    const { sdk, call } = await load(regionOfQueueUrl(queueUrl));
    const command = new sdk.ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(MAX_BATCH_ENTRIES, room),
      WaitTimeSeconds: waitTimeSeconds,
      VisibilityTimeout: visibilityTimeoutSeconds,
      MessageAttributeNames: ["All"],
      MessageSystemAttributeNames: ["All"],
    });
    const cut = new AbortController();
    const graceUntil = clock.now() + RECEIVE_GRACE_MS;
    let cancel = () => {};
    const onStop = () => {
      cancel = clock.timer(Math.max(0, graceUntil - clock.now()), () => cut.abort());
    };
    stopping.addEventListener("abort", onStop, { once: true });
    if (stopping.aborted) {
      onStop();
    }
    try {
      const ms = waitTimeSeconds * 1_000 + RECEIVE_MARGIN_MS;
      const limits = { ms, tryMs: ms, signal: cut.signal };
      const response = await call((client, options) => client.send(command, options), limits);
      return response.Messages ?? [];
    } finally {
      stopping.removeEventListener("abort", onStop);
      cancel();
    }
  }
}
