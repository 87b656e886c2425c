import type { Message } from "@aws-sdk/client-sqs";
import { type Poller, poll } from "../../consume/index.ts";
import { sqsRecordOf } from "../../std/index.ts";
import { type Carrier, clientsOf } from "../clients/index.ts";
import { type ConsumerParts, consumerOptions, handlerWorld } from "./consumer.ts";
import { ConsumerWatch, type RecordName } from "./consumer-watch.ts";
import { type Invocation, invocationOf } from "./entities.ts";
import { STALL_MS } from "./network.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** Milliseconds from the deadline of a poller's handlers to the end of its claims, as the poller has it. */
const LEASE_MARGIN_MS = 5_000;

/** The longest time in milliseconds that a poller's calls may take after the outcome: deletions and releases, with retries. */
const SETTLED_MS = 60_000;

/** What a {@link PollerProcess} needs. */
export interface PollerOptions extends ConsumerParts {
  readonly virtual: VirtualClock;
}

/** A process that consumes one subscriber's queue with `poll`. What each receive brings counts as one invocation. */
export class PollerProcess {
  readonly #options: PollerOptions;
  readonly #poller: Poller;
  readonly #consumer: ConsumerWatch;
  /** What has been received, and is not settled yet. */
  #open: Invocation[] = [];
  #received = 0;

  constructor(options: PollerOptions) {
    const { contract, deployed, worker, network, watch } = options;
    this.#options = options;
    const { subscriber } = deployed;
    if ("batchHandler" in subscriber) {
      throw new Error(`${deployed.name} has a batch handler, and poll takes none`);
    }
    const clients = clientsOf(this.#receiving(network.carrierOf(worker, () => [...this.#open], worker.client)));
    const consumer = new ConsumerWatch(watch, (record) => this.#invocationOf(record));
    this.#consumer = consumer;
    const { reserveMs, ...consuming } = consumerOptions(options, clients);
    this.#poller = poll(contract, consumer.handlers(subscriber.handlers(handlerWorld(options, clients))), {
      ...consuming,
      ...subscriber.poll,
      logger: consumer.logger,
      queueUrl: deployed.queueUrl,
      handleSignals: false,
    });
  }

  /** Resolves when the poller has stopped; rejects as the poller does. */
  get done(): Promise<void> {
    return this.#poller.done;
  }

  /** Whether no handler runs. What it received and did not handle is in the queue again. */
  get isIdle(): boolean {
    return this.#options.worker.isDead || this.#consumer.running === 0;
  }

  stop(): Promise<void> {
    return this.#poller.stop();
  }

  /** It has crashed, or has stopped and exits: handlers that still run end with it. */
  ended(reason: string): void {
    for (const invocation of this.#open.splice(0)) {
      this.#options.watch.crashed(invocation, reason);
    }
  }

  /** Notes what receives bring, before the poller sees it. */
  #receiving(carrier: Carrier): Carrier {
    return async (call) => {
      const output: { readonly Messages?: readonly Message[] } = await carrier(call);
      if (call.operation === "ReceiveMessage" && output.Messages !== undefined && output.Messages.length > 0) {
        this.#begin(output.Messages);
      }
      return output;
    };
  }

  #begin(messages: readonly Message[]): void {
    const { book, deployed, virtual, watch, worker } = this.#options;
    this.#received += 1;
    const records = messages.map((message) => sqsRecordOf(message, deployed.queueArn));
    const maxProcessingMs = deployed.poll?.maxProcessingMs ?? 300_000;
    const invocation = invocationOf({
      id: `${worker.name}-${this.#received}`,
      subscriber: deployed.name,
      worker,
      startedAt: virtual.now(),
      endsAt: virtual.now() + maxProcessingMs + LEASE_MARGIN_MS,
      deadline: virtual.now() + maxProcessingMs,
      polled: true,
      records,
      messages: records.flatMap((record) => book.message(deployed, record.messageId, record.body) ?? []),
    });
    this.#open.push(invocation);
    watch.invocationStarted(invocation);
    this.#whenSettled(invocation, () => {
      this.#open = this.#open.filter((open) => open !== invocation);
      watch.settled(invocation);
    });
  }

  /** Looks now and then: a poller does not tell when it is done with a receive, and not each message gets an outcome. */
  #whenSettled(invocation: Invocation, callback: () => void): void {
    const { virtual } = this.#options;
    const look = () => {
      if (invocation.state !== "running") {
        return;
      }
      const outcomes = [...invocation.outcomes.values()].flat();
      const latest = Math.max(...outcomes.map(({ at }) => at));
      // A process that stalls makes its calls later.
      const over = hasOutcomes(invocation) ? latest : invocation.endsAt + STALL_MS;
      if (over + SETTLED_MS <= virtual.now()) {
        callback();
      } else {
        virtual.timer(SETTLED_MS, look);
      }
    };
    virtual.timer(SETTLED_MS, look);
  }

  #invocationOf({ messageId, receiveCount }: RecordName): Invocation | undefined {
    return this.#open.findLast(({ records }) =>
      records.some(
        (record) =>
          record.messageId === messageId &&
          (receiveCount === undefined || Number(record.attributes.ApproximateReceiveCount) === receiveCount),
      ),
    );
  }
}

function hasOutcomes({ outcomes, messages }: Invocation): boolean {
  return messages.every((message) => outcomes.has(message.id));
}
