import { sleep } from "../../clock/index.ts";
import { consume, type Handlers, type Logger, type SqsHandler } from "../../consume/index.ts";
import type { AnyContract } from "../../contract/index.ts";
import { dynamoDbStore } from "../../idempotency/index.ts";
import { clientsOf } from "../clients/index.ts";
import type { Book } from "./book.ts";
import { type DeployedSubscriber, IDEMPOTENCY_TABLE, PAYLOADS } from "./deployment.ts";
import type { Invocation } from "./entities.ts";
import type { Faults } from "./faults.ts";
import type { Network } from "./network.ts";
import type { HandlerWorld } from "./options.ts";
import type { Watch } from "./watch.ts";
import type { Worker } from "./worker.ts";

/** What an {@link ExecutionEnvironment} needs. */
export interface EnvironmentOptions {
  readonly contract: AnyContract;
  readonly deployed: DeployedSubscriber;
  readonly worker: Worker;
  readonly network: Network<Invocation | undefined>;
  readonly faults: Faults;
  readonly book: Book;
  readonly watch: Watch;
}

/** An execution environment: a worker with the consumer of one subscriber, which takes one invocation after another. */
export class ExecutionEnvironment {
  readonly worker: Worker;
  readonly handler: SqsHandler;
  /** The current invocation, or the last one. */
  invocation: Invocation | undefined;

  constructor(options: EnvironmentOptions) {
    const { contract, deployed, worker, network, watch } = options;
    this.worker = worker;
    const clients = clientsOf(network.carrierOf(worker, () => this.invocation));
    const guarantee = deployed.subscriber.options?.guarantee ?? "exactly-once";
    const world: HandlerWorld = {
      clock: worker.clock,
      clients,
      random: () => worker.clock.random(),
      work: (ms, signal) => this.#work(ms, signal, options),
    };
    this.handler = consume(contract, this.#watched(deployed.subscriber.handlers(world), watch), {
      ...deployed.subscriber.options,
      guarantee,
      consumer: deployed.name,
      store: dynamoDbStore({
        table: IDEMPOTENCY_TABLE,
        client: clients.dynamodb,
        clock: worker.clock,
      }),
      payloadSources: `${PAYLOADS.bucket}/${PAYLOADS.prefix}`,
      deadLetterQueues: {
        [deployed.queueArn]: { url: deployed.deadLetterQueueUrl, maxReceiveCount: deployed.maxReceiveCount },
      },
      clients,
      clock: worker.clock,
      logger: this.#logger(watch),
    });
  }

  /** Reports the start and the end of each handler. */
  #watched(handlers: Handlers<AnyContract>, watch: Watch): Handlers<AnyContract> {
    const watched: Record<string, Handlers<AnyContract>[string]> = {};
    for (const [name, handler] of Object.entries(handlers)) {
      if (handler === undefined) {
        continue;
      }
      watched[name] = async (data, context) => {
        const { invocation } = this;
        const run = invocation && watch.handlerStarted(invocation, context.record.messageId, context.idempotencyKey);
        if (run === undefined) {
          throw new Error("a handler was started for a record that is not in the invocation");
        }
        context.signal.addEventListener("abort", () => watch.handlerTimedOut(run), { once: true });
        try {
          await handler(data, context);
        } catch (error) {
          watch.handlerEnded(run, "threw", error);
          throw error;
        }
        watch.handlerEnded(run, "returned");
      };
    }
    return watched;
  }

  async #work(
    ms: number,
    signal: AbortSignal | undefined,
    { worker, faults, book }: EnvironmentOptions,
  ): Promise<void> {
    await sleep(worker.clock, ms, signal);
    if (!faults.occurs("crash")) {
      return;
    }
    book.note(worker.name, "FAULT crash in the handler", undefined, this.invocation?.subscriber);
    worker.kill("crash in the handler");
    // The code of a crashed process waits without end.
    await new Promise<never>(() => {});
  }

  #logger(watch: Watch): Logger {
    const log = (_message: string, fields: Readonly<Record<string, unknown>>) => {
      if (this.invocation !== undefined) {
        watch.outcomeLogged(this.invocation, fields);
      }
    };
    return { debug: () => {}, info: log, warn: log, error: log };
  }
}
