import { PublishBatchCommand } from "@aws-sdk/client-sns";
import type { AnyContract } from "../../contract/index.ts";
import { TYPE_ATTRIBUTE } from "../../names/index.ts";
import { s3PayloadStore } from "../../payload/index.ts";
import { createPublisher, type Publisher, type PublishOptions } from "../../publish/index.ts";
import { type Clients, clientsOf } from "../clients/index.ts";
import type { Book } from "./book.ts";
import { PAYLOADS } from "./deployment.ts";
import type { PublishedEvent } from "./entities.ts";
import type { Network } from "./network.ts";
import type { Scenario } from "./options.ts";
import type { Random } from "./random.ts";
import type { VirtualClock } from "./virtual-clock.ts";
import type { Watch } from "./watch.ts";
import { Worker } from "./worker.ts";

/** What {@link Publishing} needs. */
export interface PublishingOptions {
  // biome-ignore lint/suspicious/noExplicitAny: names and data are checked where the workload is written.
  readonly scenario: Scenario<any>;
  readonly topicArn: string;
  readonly virtual: VirtualClock;
  readonly network: Network;
  readonly book: Book;
  readonly watch: Watch;
  readonly random: Random;
  readonly maxSkewMs: number;
}

interface Process {
  readonly worker: Worker;
  readonly clients: Clients;
  readonly publish: Publisher<AnyContract>;
  readonly died: Promise<never>;
}

/** The error of calls whose publisher crashed before they returned. */
export class PublisherCrashed extends Error {
  override readonly name = "PublisherCrashed";
}

/** The publisher of a run: a process with a real publisher, replaced by a new one when it crashes. */
export class Publishing {
  readonly #options: PublishingOptions;
  #process: Process | undefined;
  #started = 0;
  #malformed = 0;
  #payloads = 0;

  constructor(options: PublishingOptions) {
    this.#options = options;
  }

  async publish(name: string, data: unknown, options: PublishOptions & { readonly id: string }): Promise<void> {
    const { scenario, book, watch } = this.#options;
    const { worker, publish, died } = this.#running();
    const definition = scenario.contract.events[name]?.definition;
    const time = options.time ?? new Date(worker.clock.now());
    const seconds: number | undefined = definition?.expiresAfterSeconds;
    const event = book.ledger.called(options.id, {
      name,
      type: scenario.contract.events[name]?.type,
      group: options.group ?? definition?.groupOf(data),
      expiresAt: options.expiresAt?.getTime() ?? (seconds === undefined ? undefined : time.getTime() + seconds * 1_000),
    });
    watch.publishCalled(event);
    await this.#settle(event, Promise.race([publish(name, data, options), died]));
  }

  /** Sends a body to the topic without the publisher. */
  async publishMalformed(body: string, options: { readonly type?: string; readonly group?: string }): Promise<void> {
    const { scenario, book, topicArn, watch } = this.#options;
    const { clients, died } = this.#running();
    const event = book.ledger.calledMalformed(body, options.group);
    watch.publishCalled(event);
    this.#malformed += 1;
    const type = options.type === undefined ? undefined : scenario.contract.events[options.type]?.type;
    const command = new PublishBatchCommand({
      TopicArn: topicArn,
      PublishBatchRequestEntries: [
        {
          Id: "0",
          Message: body,
          ...(type === undefined
            ? {}
            : { MessageAttributes: { [TYPE_ATTRIBUTE]: { DataType: "String", StringValue: type } } }),
          ...(topicArn.endsWith(".fifo")
            ? { MessageGroupId: options.group ?? "malformed", MessageDeduplicationId: `malformed-${this.#malformed}` }
            : {}),
        },
      ],
    });
    const sent = clients.sns.send(command).then(({ Failed = [] }) => {
      if (Failed.length > 0) {
        throw new Error("the topic did not accept the malformed body");
      }
    });
    await this.#settle(event, Promise.race([sent, died]));
  }

  async #settle(event: PublishedEvent, call: Promise<unknown>): Promise<void> {
    try {
      await call;
    } catch (error) {
      const unknown = error instanceof PublisherCrashed;
      this.#options.watch.publishSettled(event, unknown ? "unknown" : "rejected", error);
      throw error;
    }
    this.#options.watch.publishSettled(event, "resolved");
  }

  #newPayload(): string {
    this.#payloads += 1;
    return `payload-${this.#payloads}`;
  }

  #running(): Process {
    if (this.#process === undefined || this.#process.worker.isDead) {
      this.#process = this.#start();
    }
    return this.#process;
  }

  #start(): Process {
    const { scenario, topicArn, virtual, network, random, maxSkewMs } = this.#options;
    this.#started += 1;
    const name = `publisher/${this.#started}`;
    const worker = new Worker(name, virtual, random.fork(name), random.int(-maxSkewMs, maxSkewMs));
    const clients = clientsOf(network.carrierOf(worker, () => [], "sdk"));
    const publish = createPublisher<AnyContract>(scenario.contract, {
      ...scenario.publisher,
      target: topicArn,
      payloads: s3PayloadStore({
        location: PAYLOADS,
        client: clients.s3,
        clock: worker.clock,
        newName: () => this.#newPayload(),
      }),
      clients,
      clock: worker.clock,
    });
    const { promise: died, reject } = Promise.withResolvers<never>();
    died.catch(() => undefined);
    worker.onDeath = (reason) => {
      this.#options.book.note(name, `CRASHED: ${reason}`);
      reject(new PublisherCrashed(reason));
    };
    return { worker, clients, publish, died };
  }
}
