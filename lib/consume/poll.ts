import { pollingSqsLoader } from "../aws/index.ts";
import type { AnyContract } from "../contract/index.ts";
import { numberInRange } from "../errors/index.ts";
import { Semaphore } from "../std/index.ts";
import { type Handlers, handlerTable } from "./handle/index.ts";
import { FATAL_ERRORS, type FatalErrors, type PollerHealth, PollerRun, stopOnSignals } from "./receive/index.ts";
import { configurationInvalid } from "./record/index.ts";
import { createProcessor, oneByOne } from "./schedule/index.ts";
import type { ConsumeOptions } from "./settings/index.ts";
import { resolveConsumeOptions } from "./settings/index.ts";

/** What `poll` takes besides contract and handlers. */
export interface PollOptions<C extends AnyContract> extends Omit<ConsumeOptions<C>, "reserveMs"> {
  /** The queue's URL. */
  readonly queueUrl: string;
  /**
   * Maximum number of messages in flight (received and not yet settled), 1 to 100,000. The poller receives when there is room for
   * 10 more, or for half of this number. @default `concurrency` and one receive of 10 more
   */
  readonly maxInFlight?: number;
  /** Seconds of a long poll, 0 to 20 (SQS API Reference, `ReceiveMessage`). @default 20 */
  readonly waitTimeSeconds?: number;
  /**
   * Seconds for which a received message is hidden from others, 3 to 43,200; renewed by a heartbeat while it is in flight.
   * @default 60
   */
  readonly visibilityTimeoutSeconds?: number;
  /** Milliseconds that a message may be in flight; then its handler is given up. Claims are leased for it. @default 300,000 */
  readonly maxProcessingMs?: number;
  /**
   * Milliseconds after which the poller has stopped when it is told to, whatever hangs; at least 500. Handlers that still run are
   * given up shortly before, when 97 % of it have passed. @default 25,000 (ECS kills after 30 s)
   */
  readonly stopTimeoutMs?: number;
  /**
   * Which errors of a receive stop the poller, and how long it tries again before, in milliseconds by the error's name: `Infinity` for
   * ever. Added to the default: 0 for `InvalidAddress`, `InvalidSecurity` and `UnsupportedOperation`, 60,000 for `QueueDoesNotExist`
   * (0 if the queue has never been received from), 300,000 for refused access and invalid credentials, which IAM and KMS may take
   * minutes to change. The guide has the table.
   */
  readonly fatalErrors?: FatalErrors;
  /** Whether SIGTERM and SIGINT stop the poller. @default true */
  readonly handleSignals?: boolean;
}

/** A running poller. */
export interface Poller {
  /**
   * Receives no more, lets running handlers end, and makes visible again what was not started. Resolves when every message in flight
   * is deleted or visible again, and at the latest when the stop timeout is over: what is then left is redelivered after its visibility
   * timeout.
   */
  stop(): Promise<void>;
  /** How the poller does, for liveness and readiness probes. Makes no call. */
  health(): PollerHealth;
  /** Resolves when the poller has stopped; rejects when the queue does not exist or must not be read. */
  readonly done: Promise<void>;
}

const MAX_MS = 43_200_000;

/**
 * Consumes a queue outside Lambda, on ECS, EC2 or in a script: what `consume` does, over long polling.
 *
 * @throws FanfareError `ConfigurationInvalid`, as `consume` does
 */
export function poll<C extends AnyContract>(contract: C, handlers: Handlers<C>, options: PollOptions<C>): Poller {
  if (!/^https?:\/\/.+\/.+$/.test(options.queueUrl)) {
    throw configurationInvalid(
      "queueUrl",
      `queueUrl is "${options.queueUrl}"`,
      "give the queue's URL, not its ARN or name",
    );
  }
  const settings = resolveConsumeOptions(contract, options);
  const slots = new Semaphore(settings.concurrency);
  const { maxInFlight = settings.concurrency + 10, waitTimeSeconds = 20, visibilityTimeoutSeconds = 60 } = options;
  const { maxProcessingMs = 300_000, stopTimeoutMs = 25_000 } = options;
  const run = new PollerRun({
    queueUrl: options.queueUrl,
    maxInFlight: numberInRange("maxInFlight", maxInFlight, 1, 100_000),
    waitTimeSeconds: numberInRange("waitTimeSeconds", waitTimeSeconds, 0, 20),
    visibilityTimeoutSeconds: numberInRange("visibilityTimeoutSeconds", visibilityTimeoutSeconds, 3, 43_200),
    maxProcessingMs: numberInRange("maxProcessingMs", maxProcessingMs, 1, MAX_MS),
    stopTimeoutMs: numberInRange("stopTimeoutMs", stopTimeoutMs, 0, MAX_MS),
    fatalErrors: { ...FATAL_ERRORS, ...options.fatalErrors },
    load: pollingSqsLoader({ client: options.clients?.sqs, clock: settings.clock }),
    processor: createProcessor(settings, handlerTable(contract, handlers), oneByOne(slots)),
    slots,
    settings,
  });
  const done = run.start();
  if (options.handleSignals ?? true) {
    const forget = stopOnSignals(() => run.stop());
    done.then(forget, forget);
  }
  return {
    done,
    health: () => run.health(),
    stop: async () => {
      run.stop();
      await done;
    },
  };
}
