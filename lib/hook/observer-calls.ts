import type { Clock } from "../clock/index.ts";
import type { Observer } from "./observer.ts";

/** Milliseconds that all promises of observers may take at the end of an invocation. */
const MAX_WAIT_MS = 1_000;

/** Promises that an observer may have open. One that has more does not keep up: it counts as hanging. */
const MAX_OPEN = 1_000;

/** Told that an observer failed: once per observer. */
export type Report = (message: string, error: unknown) => void;

/** The calls of the observers of a publisher or a consumer. What they throw is reported once per observer, and what they promise is awaited in `flush`. */
export class ObserverCalls {
  readonly #clock: Clock;
  readonly #report: Report;
  readonly #failed = new Set<Observer>();
  readonly #hanging = new Set<Observer>();
  /** What observers are still doing. */
  readonly #open = new Map<Promise<void>, Observer>();

  constructor(clock: Clock, report: Report) {
    this.#clock = clock;
    this.#report = report;
  }

  /** Calls an observer. Returns `undefined` where it throws. */
  call<Result>(observer: Observer, call: () => Result): Result | undefined {
    try {
      return call();
    } catch (error) {
      this.failed(observer, error);
      return undefined;
    }
  }

  /** Keeps what an observer returned, and has its rejection reported. */
  follow(observer: Observer, returned: unknown): void {
    if (typeof returned !== "object" || returned === null || !("then" in returned)) {
      return;
    }
    const ended = Promise.resolve(returned).then(
      () => {
        this.#open.delete(ended);
      },
      (error: unknown) => {
        this.#open.delete(ended);
        this.failed(observer, error);
      },
    );
    if (!this.#hanging.has(observer)) {
      this.#open.set(ended, observer);
      if (this.#open.size > MAX_OPEN) {
        this.#hangs(observer);
      }
    }
  }

  /** Has observers send what waits. Resolves when they have done what they were told, and at the latest after a second. */
  async flush(observers: readonly Observer[]): Promise<void> {
    for (const each of observers) {
      this.call(each, () => this.follow(each, each.flush?.()));
    }
    const open = [...this.#open];
    if (open.length === 0) {
      return;
    }
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.timer(MAX_WAIT_MS, resolve);
      Promise.all(open.map(([promise]) => promise)).then(() => {
        cancel();
        resolve();
      });
    });
    for (const [promise, observer] of open) {
      if (this.#open.has(promise)) {
        this.#hangs(observer);
      }
    }
  }

  failed(observer: Observer, error: unknown): void {
    if (!this.#failed.has(observer)) {
      this.#failed.add(observer);
      this.#report(`observer ${observer.name} failed`, error);
    }
  }

  #hangs(observer: Observer): void {
    this.#hanging.add(observer);
    for (const [promise, each] of this.#open) {
      if (each === observer) {
        this.#open.delete(promise);
      }
    }
    this.failed(observer, new Error(`not done after ${MAX_WAIT_MS} ms, or too much at once: not waited for any more`));
  }
}
