import { pollingSqsLoader } from "../aws/index.ts";
import type { AnyContract } from "../contract/index.ts";
import { FanfareError, numberInRange } from "../errors/index.ts";
import { Semaphore } from "../std/index.ts";
import { handlerTable } from "./handler-table.ts";
import type { Handlers } from "./handlers.ts";
import { type ConsumeOptions, resolveConsumeOptions } from "./options.ts";
import { PollerRun } from "./poller-run.ts";
import { createProcessor, runEach } from "./process.ts";

/** What `poll` takes besides contract and handlers. */
export interface PollOptions<C extends AnyContract> extends Omit<ConsumeOptions<C>, "reserveMs"> {
  /** The queue's URL. */
  readonly queueUrl: string;
  /**
   * Messages in hand at most, running ones included. The poller receives when there is room for 10 more, or for half of these.
   * @default `concurrency` and one receive of 10 more
   */
  readonly maxInHand?: number;
  /** Seconds of a long poll, 0 to 20 (SQS API Reference, `ReceiveMessage`). @default 20 */
  readonly waitTimeSeconds?: number;
  /**
   * Seconds for which a received message is hidden from others; renewed by a heartbeat while it is in hand.
   * @default 60
   */
  readonly visibilityTimeoutSeconds?: number;
  /** Milliseconds that a message may be in hand; then its handler is given up. Claims are leased for it. @default 300,000 */
  readonly maxProcessingMs?: number;
  /** Milliseconds that running handlers have when the poller is told to stop. @default 25,000 (ECS kills after 30 s) */
  readonly stopTimeoutMs?: number;
  /** Whether SIGTERM and SIGINT stop the poller. @default true */
  readonly handleSignals?: boolean;
}

/** A running poller. */
export interface Poller {
  /**
   * Receives no more, lets running handlers end, and hands back what was not started. Resolves when every message in hand is
   * deleted or visible again.
   */
  stop(): Promise<void>;
  /** Resolves when the poller has stopped; rejects when the queue does not exist or must not be read. */
  readonly done: Promise<void>;
}

/**
 * Consumes a queue outside Lambda, on ECS, EC2 or in a script: the same pipeline as `consume` over long polling.
 *
 * @throws FanfareError `ConfigurationInvalid`, as `consume` does
 */
export function poll<C extends AnyContract>(contract: C, handlers: Handlers<C>, options: PollOptions<C>): Poller {
  if (!/^https?:\/\/.+\/.+$/.test(options.queueUrl)) {
    throw new FanfareError("ConfigurationInvalid", `queueUrl is "${options.queueUrl}"`, {
      field: "queueUrl",
      remedy: "give the queue's URL, not its ARN or name",
    });
  }
  const settings = resolveConsumeOptions(contract, options);
  const slots = new Semaphore(settings.concurrency);
  const run = new PollerRun({
    queueUrl: options.queueUrl,
    maxInHand: numberInRange("maxInHand", options.maxInHand ?? settings.concurrency + 10, 1, 100_000),
    waitTimeSeconds: numberInRange("waitTimeSeconds", options.waitTimeSeconds ?? 20, 0, 20),
    visibilityTimeoutSeconds: numberInRange(
      "visibilityTimeoutSeconds",
      options.visibilityTimeoutSeconds ?? 60,
      3,
      43_200,
    ),
    maxProcessingMs: numberInRange("maxProcessingMs", options.maxProcessingMs ?? 300_000, 1, 43_200_000),
    stopTimeoutMs: numberInRange("stopTimeoutMs", options.stopTimeoutMs ?? 25_000, 0, 43_200_000),
    load: pollingSqsLoader(options.clients?.sqs),
    processor: createProcessor(settings, handlerTable(contract, handlers), runEach(slots), {
      setsVisibility: false,
    }),
    slots,
    settings,
  });
  const done = run.start();
  if (options.handleSignals ?? true) stopOnSignals(run, done);
  return {
    done,
    stop: async () => {
      run.stop();
      await done;
    },
  };
}

function stopOnSignals(run: PollerRun, done: Promise<void>): void {
  const stop = () => run.stop();
  const signals = ["SIGTERM", "SIGINT"] as const;
  for (const signal of signals) process.once(signal, stop);
  const forget = () => {
    for (const signal of signals) process.off(signal, stop);
  };
  done.then(forget, forget);
}
