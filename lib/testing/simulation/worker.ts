import type { AwsClient } from "../../aws/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { Random } from "./random.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/**
 * A process that can crash or be frozen: an execution environment of Lambda, or a publisher. Its code sees the clock and the
 * responses of its calls only through this, so nothing of it runs after a crash. Requests that it has sent are on their way and may
 * still have an effect, as in reality.
 */
export class Worker {
  readonly name: string;
  /** The process's own clock, which may be ahead or behind. */
  readonly clock: Clock;
  /** The client with which its consumer calls DynamoDB and SQS. */
  readonly client: AwsClient;
  /** Called once when it crashes, with the reason. */
  onDeath: (reason: string) => void = () => {};
  /** Whether it can stand still and continue later: a poller's process can, what Lambda runs is killed. */
  canStall = false;
  /** It has been told to stop. */
  isStopping = false;
  /** When one of its calls last failed in part, took long, or met another fault. */
  lastTroubleAt = Number.NEGATIVE_INFINITY;
  readonly #virtual: VirtualClock;
  #state: "running" | "frozen" | "dead" = "running";
  #pending: (() => void)[] = [];

  /** @param skewMs by how much its clock is ahead of the true time */
  constructor(name: string, virtual: VirtualClock, random: Random, skewMs: number) {
    this.name = name;
    this.#virtual = virtual;
    this.client = random.pick(["sdk", "lean"]);
    this.clock = {
      now: () => virtual.now() + skewMs,
      random: () => random.next(),
      timer: (ms, callback) => {
        let active = true;
        const run = this.guard(() => {
          if (active) {
            callback();
          }
        });
        const cancel = virtual.timer(ms, run);
        return () => {
          active = false;
          cancel();
        };
      },
      nextTurn: (callback) => virtual.nextTurn(this.guard(callback)),
    };
  }

  get isDead(): boolean {
    return this.#state === "dead";
  }

  /** Wraps what the process does next: dropped if it has crashed by then, put off while it is frozen. */
  guard<Arguments extends unknown[]>(callback: (...given: Arguments) => void): (...given: Arguments) => void {
    return (...given) => {
      if (this.#state === "dead") {
        return;
      }
      if (this.#state === "frozen") {
        this.#pending.push(() => callback(...given));
      } else {
        callback(...given);
      }
    };
  }

  /** Freezes the process, as Lambda does with an environment between invocations, whatever still runs in it. */
  freeze(): void {
    if (this.#state === "running") {
      this.#state = "frozen";
    }
  }

  /** Lets the process stand still for `ms` milliseconds. */
  stall(ms: number): void {
    if (this.#state === "running") {
      this.#state = "frozen";
      this.lastTroubleAt = this.#virtual.now() + ms;
      this.#virtual.timer(ms, () => this.thaw());
    }
  }

  /** Continues the process: what became due in the meantime runs now. */
  thaw(): void {
    if (this.#state !== "frozen") {
      return;
    }
    this.#state = "running";
    for (const callback of this.#pending.splice(0)) {
      this.#virtual.nextTurn(this.guard(callback));
    }
  }

  kill(reason: string): void {
    if (this.#state === "dead") {
      return;
    }
    this.#state = "dead";
    this.#pending = [];
    this.onDeath(reason);
  }
}
