import type { AppHandle } from "../../../../infra/demo/stage/stage.ts";
import type { SubscriberName } from "../../../../infra/demo/stage/subscribers.ts";

/** How an invocation of a function ended. */
export type Invoked =
  | { readonly status: "succeeded"; readonly payload: unknown }
  | { readonly status: "failed"; readonly message: string };

/** What a consumer logged about one event, once. */
export interface LoggedOutcome {
  readonly outcome: string;
  /** 1 for the first attempt. */
  readonly attempt: number | undefined;
}

/**
 * The reference app, running somewhere: in this process's own engine, in an emulator, in an account. Only what the APIs of AWS
 * can answer, so that the same cases run on each of them.
 */
export interface ReferenceApp extends AppHandle {
  /** A name that nothing else on the same resources has. */
  unique(name: string): string;
  /** Runs a function, as a synchronous invocation of Lambda. */
  invoke(path: string, payload: unknown): Promise<Invoked>;
  /** What a consumer has logged about an event so far, in order: CloudWatch Logs, or what the handlers printed. */
  outcomes(subscriber: SubscriberName, eventId: string): Promise<readonly LoggedOutcome[]>;
  /** What a consumer has logged about messages that are no events: it ignored them. */
  ignored(subscriber: SubscriberName): Promise<number>;
  /** Waits until the queues of these subscribers hold nothing: not waiting, not in flight, not delayed. */
  quiet(subscribers: readonly SubscriberName[]): Promise<void>;
}

/** One thing that is tried on the reference app, wherever it runs. */
export interface AppCase {
  /** Stable name, with its part of the app first. */
  readonly name: string;
  /** Ids of faults of emulators that make the case impossible where they show; see `test/localstack/faults/`. */
  readonly spoiltBy?: readonly string[];
  run(app: ReferenceApp): Promise<void>;
}
