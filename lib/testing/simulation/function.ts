import type { SqsRecord } from "../../consume/index.ts";
import type { ConsumerParts } from "./consumer.ts";
import { type Invocation, invocationOf } from "./entities.ts";
import { ExecutionEnvironment } from "./execution-environment.ts";
import type { Random } from "./random.ts";
import type { VirtualClock } from "./virtual-clock.ts";
import { Worker } from "./worker.ts";

/** Milliseconds at the end of an invocation in which no handler runs, by default. */
const RESERVE_MS = 1_000;

/** What a {@link SimulatedFunction} needs. */
export interface FunctionOptions extends Omit<ConsumerParts, "worker"> {
  readonly virtual: VirtualClock;
  readonly random: Random;
  /** Most milliseconds by which the clocks of workers differ from true time. */
  readonly maxSkewMs: number;
}

/**
 * A Lambda function: its environments are started when none is free, reused, frozen between invocations, and killed when an
 * invocation exceeds the timeout.
 */
export class SimulatedFunction {
  readonly #options: FunctionOptions;
  #free: ExecutionEnvironment[] = [];
  #started = 0;
  #invocations = 0;

  constructor(options: FunctionOptions) {
    this.#options = options;
  }

  /** Runs one batch. Returns the ids of the messages that are done; `undefined` when the invocation failed. */
  invoke(records: readonly SqsRecord[]): Promise<ReadonlySet<string> | undefined> {
    return new Promise((resolve) => {
      const environment = this.#take();
      const { worker } = environment;
      const invocation = this.#begin(environment, records);
      const end = (done: ReadonlySet<string> | undefined) => {
        cancel();
        resolve(done);
      };
      const cancel = this.#options.virtual.timer(invocation.endsAt - invocation.startedAt, () =>
        worker.kill("timeout of the function"),
      );
      worker.onDeath = (reason) => {
        this.#options.watch.crashed(invocation, reason);
        end(undefined);
      };
      environment.handler({ Records: records }, this.#context(invocation)).then(
        worker.guard((response) => {
          const failed = new Set(response.batchItemFailures.map((failure) => failure.itemIdentifier));
          this.#options.watch.responded(invocation, response);
          this.#giveBack(environment);
          end(new Set(records.map((record) => record.messageId).filter((id) => !failed.has(id))));
        }),
        worker.guard((error: unknown) => {
          this.#options.watch.threw(invocation, error);
          this.#giveBack(environment);
          end(undefined);
        }),
      );
    });
  }

  #begin(environment: ExecutionEnvironment, records: readonly SqsRecord[]): Invocation {
    const { book, deployed, virtual, watch } = this.#options;
    this.#invocations += 1;
    const startedAt = virtual.now();
    const invocation = invocationOf({
      id: `${deployed.name}-${this.#invocations}`,
      subscriber: deployed.name,
      worker: environment.worker,
      startedAt,
      endsAt: startedAt + deployed.timeoutMs,
      polled: false,
      deadline: startedAt + deployed.timeoutMs - Math.min(RESERVE_MS, deployed.timeoutMs / 10),
      records,
      messages: records.flatMap((record) => book.message(deployed, record.messageId, record.body) ?? []),
    });
    environment.invocation = invocation;
    environment.worker.thaw();
    watch.invocationStarted(invocation);
    return invocation;
  }

  #context(invocation: Invocation) {
    return {
      awsRequestId: invocation.id,
      functionName: invocation.subscriber,
      getRemainingTimeInMillis: () => invocation.endsAt - this.#options.virtual.now(),
    };
  }

  /** Mostly a free environment, now and then a new one, as when Lambda scales. */
  #take(): ExecutionEnvironment {
    const { deployed, virtual, random, maxSkewMs } = this.#options;
    this.#free = this.#free.filter((environment) => !environment.worker.isDead);
    const free = random.chance(0.9) ? this.#free.pop() : undefined;
    if (free !== undefined) {
      return free;
    }
    this.#started += 1;
    const name = `${deployed.name}/${this.#started}`;
    const worker = new Worker(name, virtual, random.fork(name), random.int(-maxSkewMs, maxSkewMs));
    return new ExecutionEnvironment({ ...this.#options, worker });
  }

  #giveBack(environment: ExecutionEnvironment): void {
    environment.worker.onDeath = () => {};
    environment.worker.freeze();
    this.#free.push(environment);
  }
}
