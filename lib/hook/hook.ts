import type { Clock } from "../clock/index.ts";
import { FanfareError } from "../errors/index.ts";
import type { Observer } from "./observer.ts";
import { ObserverCalls, type Report } from "./observer-calls.ts";
import { processObservers } from "./process-observers.ts";
import type { DeliveryInfo, InvocationInfo, Step } from "./steps.ts";

/** How a call ended that was timed. */
export interface TimedEnd<Result> {
  readonly at: number;
  readonly durationMs: number;
  /** `undefined` where the call failed. */
  readonly result: Result | undefined;
  readonly error: unknown;
}

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
  for (const { name, steps, stepsOf } of observers) {
    if (stepsOf !== undefined && typeof stepsOf !== "function") {
      throw new FanfareError("ConfigurationInvalid", `stepsOf of observer ${name} is no function`, {
        field: "observers",
        remedy: 'return a list, such as stepsOf: () => ["settled"]; a list for all invocations is steps',
      });
    }
    if (steps !== undefined && !Array.isArray(steps)) {
      throw new FanfareError("ConfigurationInvalid", `the steps of observer ${name} are no list`, {
        field: "observers",
        remedy: 'list types of steps, such as steps: ["settled"], or leave it out',
      });
    }
  }
  const all = [...processObservers(), ...observers];
  return all.length === 0 ? undefined : new Hook(all, clock, new ObserverCalls(clock, report));
}

/** The types of the steps that an observer is told; `undefined`: all. */
type StepsOf = (observer: Observer) => readonly Step["type"][] | undefined;

/** Tells observers, and keeps what they do from the events. Nothing in it throws. */
export class Hook {
  readonly #observers: readonly Observer[];
  /** Those that are told steps of a type. */
  readonly #told = new Map<Step["type"], readonly Observer[]>();
  /** Those that run handlers in a context of their own. */
  readonly #enclosing: readonly Observer[];
  readonly #clock: Clock;
  readonly #calls: ObserverCalls;
  readonly #stepsOf: StepsOf;

  constructor(
    observers: readonly Observer[],
    clock: Clock,
    calls: ObserverCalls,
    stepsOf: StepsOf = ({ steps }) => steps,
  ) {
    this.#observers = observers;
    this.#enclosing = observers.filter(({ runInside }) => runInside !== undefined);
    this.#clock = clock;
    this.#calls = calls;
    this.#stepsOf = stepsOf;
  }

  /** The hook of an invocation that has started: observers may say which of its steps they are told. */
  within(invocation: InvocationInfo): Hook {
    if (this.#observers.every(({ stepsOf }) => stepsOf === undefined)) {
      return this;
    }
    const stepsOf = (each: Observer) => {
      const chosen = this.#calls.call(each, () => each.stepsOf?.(invocation));
      return Array.isArray(chosen) ? chosen : each.steps;
    };
    const steps = new Map(this.#observers.map((each) => [each, stepsOf(each)]));
    return new Hook(this.#observers, this.#clock, this.#calls, (each) => steps.get(each));
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
          this.#calls.follow(each, returned);
        }
      } catch (error) {
        this.#calls.failed(each, error);
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
        const returned = this.#calls.call(each, () => each.runInside?.(deliveries, inner));
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
    return this.#observers.flatMap((each) => this.#calls.call(each, () => question(each)) ?? []);
  }

  /** Resolves when observers have done what they were told, and at the latest after a second. */
  async flush(): Promise<void> {
    await this.#calls.flush(this.#observers);
  }

  #toldOf(type: Step["type"]): readonly Observer[] {
    let told = this.#told.get(type);
    if (told === undefined) {
      told = this.#observers.filter((each) => this.#stepsOf(each)?.includes(type) ?? true);
      this.#told.set(type, told);
    }
    return told;
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
