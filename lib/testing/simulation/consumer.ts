import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { dynamoDbCircuitStore } from "../../circuit/index.ts";
import { type Clock, sleep } from "../../clock/index.ts";
import { type ConsumeOptions, circuitBreaker, type EventInfo } from "../../consume/index.ts";
import type { AnyContract } from "../../contract/index.ts";
import { dynamoDbStore } from "../../idempotency/index.ts";
import type { Clients } from "../clients/index.ts";
import type { Book } from "./book.ts";
import { type DeployedSubscriber, IDEMPOTENCY_TABLE, PAYLOADS, RETENTION_SECONDS } from "./deployment.ts";
import type { Faults } from "./faults.ts";
import { type Network, STALL_MS } from "./network.ts";
import type { HandlerWorld } from "./options.ts";
import type { Watch } from "./watch.ts";
import type { Worker } from "./worker.ts";

/** What a worker needs to run a consumer. */
export interface ConsumerParts {
  readonly contract: AnyContract;
  readonly deployed: DeployedSubscriber;
  readonly worker: Worker;
  readonly network: Network;
  readonly faults: Faults;
  readonly book: Book;
  readonly watch: Watch;
}

/** The options of a worker's consumer, as the constructs would set them. */
export function consumerOptions(
  { deployed, worker }: Pick<ConsumerParts, "deployed" | "worker">,
  clients: Clients,
): ConsumeOptions<AnyContract> {
  const { circuitBreaker: circuit, ...options } = deployed.subscriber.options ?? {};
  const guarantee = options.guarantee ?? "exactly-once";
  const { clock } = worker;
  return {
    ...options,
    guarantee,
    consumer: deployed.name,
    store: dynamoDbStore({
      table: IDEMPOTENCY_TABLE,
      client: clients.dynamodb,
      clock,
      retentionSeconds: RETENTION_SECONDS,
    }),
    payloadSources: `${PAYLOADS.bucket}/${PAYLOADS.prefix}`,
    deadLetterQueues: {
      [deployed.queueArn]: { url: deployed.deadLetterQueueUrl, maxReceiveCount: deployed.maxReceiveCount },
    },
    ...(circuit === undefined
      ? {}
      : { circuitBreaker: circuitBreaker({ ...circuit, store: circuitStore(clients, clock) }) }),
    clients,
    clock,
  };
}

function circuitStore(clients: Clients, clock: Clock) {
  return dynamoDbCircuitStore({ table: IDEMPOTENCY_TABLE, client: clients.dynamodb, clock });
}

/** What the handlers of a worker use. */
export function handlerWorld({ deployed, worker, faults, book }: ConsumerParts, clients: Clients): HandlerWorld {
  const { effects } = book.options;
  const crash = async (): Promise<never> => {
    book.note(worker.name, "FAULT crash in the handler", undefined, deployed.name);
    worker.kill("crash in the handler");
    // The code of a crashed process waits without end.
    return await new Promise<never>(() => {});
  };
  const stall = () => {
    const ms = Math.floor(worker.clock.random() * STALL_MS);
    book.note(worker.name, `FAULT stall for ${ms / 1_000} s`, undefined, deployed.name);
    worker.stall(ms);
  };
  return {
    clock: worker.clock,
    clients,
    random: () => worker.clock.random(),
    work: async (ms, signal) => {
      if (worker.canStall && faults.occurs("stall")) {
        stall();
      }
      await sleep(worker.clock, ms, signal);
      if (faults.occurs("crash")) {
        await crash();
      }
    },
    effectOf: (event: EventInfo) => effects.itemFor(deployed.name, event.id),
    writeEffect: async (event, signal) => {
      await clients.dynamodb.send(new PutItemCommand(effects.putFor(deployed.name, event.id)), { abortSignal: signal });
    },
  };
}
