import { type PollerOptions, PollerProcess } from "./poller-process.ts";
import type { Random } from "./random.ts";
import { Worker } from "./worker.ts";

/** Milliseconds until a process that ended is replaced. */
const RESTART_MS = [500, 5_000] as const;

/** Milliseconds after which a process is stopped and replaced, as a deployment does. */
const LIFE_MS = [20_000, 400_000] as const;

/** Milliseconds that a poller may take beyond its stop timeout: calls under way end, with their retries. */
const STOP_MARGIN_MS = 120_000;

/** What {@link Pollers} need. */
export interface PollersOptions extends Omit<PollerOptions, "worker"> {
  readonly random: Random;
  /** Most milliseconds by which the clocks of workers differ from true time. */
  readonly maxSkewMs: number;
}

/** The processes that consume one subscriber's queue. One that ends, or crashes, is replaced. */
export class Pollers {
  readonly #options: PollersOptions;
  readonly #running = new Set<PollerProcess>();
  #started = 0;

  constructor(options: PollersOptions) {
    this.#options = options;
    for (let n = 0; n < options.deployed.maxConcurrency; n++) {
      this.#startSoon();
    }
  }

  /** Whether every message that was received has its outcome. */
  get isIdle(): boolean {
    return [...this.#running].every((process) => process.isIdle);
  }

  #startSoon(): void {
    const { random, virtual } = this.#options;
    virtual.timer(random.int(...RESTART_MS), () => this.#start());
  }

  #start(): void {
    const { deployed, virtual, random, maxSkewMs, book } = this.#options;
    this.#started += 1;
    const name = `${deployed.name}/${this.#started}`;
    const worker = new Worker(name, virtual, random.fork(name), random.int(-maxSkewMs, maxSkewMs));
    worker.canStall = true;
    const process = new PollerProcess({ ...this.#options, worker });
    this.#running.add(process);
    book.note(name, "poller started", undefined, deployed.name);
    const ended = () => {
      cancel();
      this.#running.delete(process);
      this.#startSoon();
    };
    worker.onDeath = (reason) => {
      process.ended(reason);
      ended();
    };
    const cancel = virtual.timer(random.int(...LIFE_MS), () => this.#stop(process, worker));
    process.done.then(
      () => {
        book.note(name, "poller stopped", undefined, deployed.name);
        worker.kill("exit");
      },
      (error: unknown) => {
        book.report({ rule: "no-crash-of-ours", message: `poll() failed: ${error}`, subscriber: deployed.name });
      },
    );
  }

  #stop(process: PollerProcess, worker: Worker): void {
    const { deployed, virtual, book, faults } = this.#options;
    if (faults.ended) {
      return;
    }
    book.note(worker.name, "told to stop", undefined, deployed.name);
    worker.isStopping = true;
    void process.stop().catch(() => undefined);
    virtual.timer((deployed.poll?.stopTimeoutMs ?? 25_000) + STOP_MARGIN_MS, () => {
      if (!this.#running.has(process) || worker.isDead) {
        return;
      }
      const message = "a poller that was told to stop is still running";
      book.report({ rule: "comes-to-rest", message, subscriber: deployed.name });
    });
  }
}
