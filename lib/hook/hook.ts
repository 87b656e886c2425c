import type { Clock } from "../clock/index.ts";
import { FanfareError } from "../errors/index.ts";
import type { Observer } from "./observer.ts";
import { processObservers } from "./process-observers.ts";
import type { DeliveryInfo, InvocationInfo, Step } from "./steps.ts";

/** Milliseconds that all promises of observers may take at the end of an invocation. */
const MAX_WAIT_MS = 1_000;

/** Promises that an observer may have open. One that has more does not keep up: it counts as hanging. */
const MAX_OPEN = 1_000;

/** How a call ended that was timed. */
export interface TimedEnd<Result> {
  readonly at: number;
  readonly durationMs: number;
  /** `undefined` where the call failed. */
  readonly result: Result | undefined;
  readonly error: unknown;
}

/** Told that an observer failed: once per observer. */
export type Report = (message: string, error: unknown) => void;

/**
 * The hook of a publisher or a consumer; `undefined` without observers, so that what is told is not even made.
 *
 * @throws FanfareError `ConfigurationInvalid` for observers that are none
 */
export function hookFor(observers: readonly Observer[] = [], clock: Clock, report: Report): Hook | undefined {
  if (!Array.isArray(observers) || observers.some((each) => typeof each !== "object" || each === null)) {
    throw new FanfareError("ConfigurationInvalid", "observers is not a list of observers", {
      field: "observers",
      remedy: "pass a list, such as observers: [otel()]",
    });
  }
  for (const { name, steps } of observers) {
    if (steps !== undefined && !Array.isArray(steps)) {
      throw new FanfareError("ConfigurationInvalid", `the steps of observer ${name} are no list`, {
        field: "observers",
        remedy: 'list types of steps, such as steps: ["settled"], or leave it out',
      });
    }
  }
  const all = [...processObservers(), ...observers];
  return all.length === 0 ? undefined : new Hook(all, clock, report);
}

/** What has become of the observers of a publisher or a consumer. */
interface Conduct {
  readonly failed: Set<Observer>;
  readonly hanging: Set<Observer>;
  /** What observers are still doing. */
  readonly open: Map<Promise<void>, Observer>;
}

/** What the hook of an invocation has of its consumer's, and its own. */
interface Within {
  readonly conduct: Conduct;
  readonly stepsOf: (observer: Observer) => readonly Step["type"][] | undefined;
}

/** Tells observers, and keeps what they do from the events. Nothing in it throws. */
export class Hook {
  readonly #observers: readonly Observer[];
  /** Those that are told steps of a type. */
  readonly #told = new Map<Step["type"], readonly Observer[]>();
  /** Those that run handlers in a context of their own. */
  readonly #enclosing: readonly Observer[];
  readonly #clock: Clock;
  readonly #report: Report;
  readonly #conduct: Conduct;
  readonly #stepsOf: (observer: Observer) => readonly Step["type"][] | undefined;

  /** @param within an invocation, whose hook this is */
  constructor(observers: readonly Observer[], clock: Clock, report: Report, within?: Within) {
    this.#observers = observers;
    this.#enclosing = observers.filter(({ runInside }) => runInside !== undefined);
    this.#clock = clock;
    this.#report = report;
    this.#conduct = within?.conduct ?? { failed: new Set(), hanging: new Set(), open: new Map() };
    this.#stepsOf = within?.stepsOf ?? (({ steps }) => steps);
  }

  /** The hook of an invocation that has started: observers may say which of its steps they are told. */
  within(invocation: InvocationInfo): Hook {
    if (this.#observers.every(({ stepsOf }) => stepsOf === undefined)) {
      return this;
    }
    const stepsOf = (each: Observer) => {
      const chosen = this.#call(each, () => each.stepsOf?.(invocation));
      return Array.isArray(chosen) ? chosen : each.steps;
    };
    const steps = new Map(this.#observers.map((each) => [each, stepsOf(each)]));
    const within = { conduct: this.#conduct, stepsOf: (each: Observer) => steps.get(each) };
    return new Hook(this.#observers, this.#clock, this.#report, within);
  }

  /** Milliseconds since the Unix epoch. */
  now(): number {
    return this.#clock.now();
  }

  /** Whether anybody is told steps of a type. */
  tells(type: Step["type"]): boolean {
    return this.#toldOf(type).length > 0;
  }

  tell(step: Step): void {
    for (const each of this.#toldOf(step.type)) {
      try {
        const returned = each.onStep?.(step);
        if (returned !== undefined) {
          this.#follow(each, returned);
        }
      } catch (error) {
        this.#fails(each, error);
      }
    }
  }

  /** Makes a call, and tells how long it took and how it ended, before whoever awaits it goes on. */
  timed<Result>(call: () => Promise<Result>, stepOf: (ended: TimedEnd<Result>) => Step): Promise<Result> {
    const startedAt = this.now();
    const tell = (result: Result | undefined, error: unknown) => {
      const at = this.now();
      this.tell(stepOf({ at, durationMs: at - startedAt, result, error }));
    };
    const called = promiseOf(call);
    // The call's own promise is returned: one more around it would take as long as all else here.
    called.then(
      (result) => tell(result, undefined),
      (error: unknown) => tell(undefined, error),
    );
    return called;
  }

  /** Calls a handler once inside the contexts of all observers, whatever they do, and returns its result. */
  runInside(deliveries: readonly DeliveryInfo[], handler: () => unknown): unknown {
    if (this.#enclosing.length === 0) {
      return handler();
    }
    let result: Promise<unknown> | undefined;
    const once = () => {
      result ??= promiseOf(handler);
      return result;
    };
    let run: () => unknown = once;
    for (const each of this.#enclosing) {
      const inner = run;
      run = () => {
        const returned = this.#call(each, () => each.runInside?.(deliveries, inner));
        if (returned !== result) {
          // Perhaps made of the handler's promise: its rejection is the handler's.
          Promise.resolve(returned).catch(() => undefined);
        }
        return returned;
      };
    }
    run();
    return once();
  }

  /** What observers say of something, in their order. */
  ask<Answer extends object>(question: (observer: Observer) => Answer | undefined): readonly Answer[] {
    return this.#observers.flatMap((each) => this.#call(each, () => question(each)) ?? []);
  }

  /** Resolves when observers have done what they were told, and at the latest after a second. */
  async flush(): Promise<void> {
    for (const each of this.#observers) {
      this.#call(each, () => this.#follow(each, each.flush?.()));
    }
    const open = [...this.#conduct.open];
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
      if (this.#conduct.open.has(promise)) {
        this.#hangs(observer);
      }
    }
  }

  #toldOf(type: Step["type"]): readonly Observer[] {
    let told = this.#told.get(type);
    if (told === undefined) {
      told = this.#observers.filter((each) => this.#stepsOf(each)?.includes(type) ?? true);
      this.#told.set(type, told);
    }
    return told;
  }

  /** Keeps what an observer returned, and has its rejection reported. */
  #follow(observer: Observer, returned: unknown): void {
    if (typeof returned !== "object" || returned === null || !("then" in returned)) {
      return;
    }
    const ended = Promise.resolve(returned).then(
      () => {
        this.#conduct.open.delete(ended);
      },
      (error: unknown) => {
        this.#conduct.open.delete(ended);
        this.#fails(observer, error);
      },
    );
    if (!this.#conduct.hanging.has(observer)) {
      this.#conduct.open.set(ended, observer);
      if (this.#conduct.open.size > MAX_OPEN) {
        this.#hangs(observer);
      }
    }
  }

  #call<Result>(observer: Observer, call: () => Result): Result | undefined {
    try {
      return call();
    } catch (error) {
      this.#fails(observer, error);
      return undefined;
    }
  }

  #hangs(observer: Observer): void {
    this.#conduct.hanging.add(observer);
    for (const [promise, each] of this.#conduct.open) {
      if (each === observer) {
        this.#conduct.open.delete(promise);
      }
    }
    this.#fails(observer, new Error(`not done after ${MAX_WAIT_MS} ms, or too much at once: not waited for any more`));
  }

  #fails(observer: Observer, error: unknown): void {
    if (!this.#conduct.failed.has(observer)) {
      this.#conduct.failed.add(observer);
      this.#report(`observer ${observer.name} failed`, error);
    }
  }
}

/** What a function returns, as a promise; what it throws at once is a rejection, too. */
function promiseOf<Result>(call: () => Result): Promise<Awaited<Result>> {
  try {
    return Promise.resolve(call());
  } catch (error) {
    return Promise.reject(error);
  }
}
