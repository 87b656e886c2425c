import { consume, consumeBatch, type SqsHandler } from "../../consume/index.ts";
import { clientsOf } from "../clients/index.ts";
import { type ConsumerParts, consumerOptions, handlerWorld } from "./consumer.ts";
import { ConsumerWatch } from "./consumer-watch.ts";
import type { Invocation } from "./entities.ts";
import type { Worker } from "./worker.ts";

/** An execution environment: a worker with the consumer of one subscriber, which takes one invocation after another. */
export class ExecutionEnvironment {
  readonly worker: Worker;
  readonly handler: SqsHandler;
  /** The current invocation, or the last one. */
  invocation: Invocation | undefined;

  constructor(parts: ConsumerParts) {
    const { contract, worker, network, watch } = parts;
    const { subscriber } = parts.deployed;
    this.worker = worker;
    const invocations = () => (this.invocation === undefined ? [] : [this.invocation]);
    const clients = clientsOf(network.carrierOf(worker, invocations, worker.client));
    const consumer = new ConsumerWatch(watch, () => this.invocation);
    const options = { ...consumerOptions(parts, clients), logger: consumer.logger };
    const world = handlerWorld(parts, clients);
    this.handler =
      "batchHandler" in subscriber
        ? consumeBatch(contract, consumer.batchHandler(subscriber.batchHandler(world)), options)
        : consume(contract, consumer.handlers(subscriber.handlers(world)), options);
  }
}
