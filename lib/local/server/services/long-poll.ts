import type { SqsEngine } from "../../engine/index.ts";

/** The shortest pause between two looks at a queue whose next change is already due, in milliseconds. */
const SHORTEST_PAUSE_MS = 10;

/** The longest time a receive may wait: `WaitTimeSeconds` of ReceiveMessage. */
export const LONGEST_WAIT_SECONDS = 20;

export interface LongPoll<Result> {
  readonly sqs: Pick<SqsEngine, "onChange" | "nextChangeAt">;
  readonly queueArn: string;
  readonly waitMs: number;
  /** Receives what is available, or returns undefined when there is nothing. Never called after a signal has aborted. */
  readonly attempt: () => Result | undefined;
  readonly now: () => number;
  /** Calls `listener` whenever the clock is moved forward. @returns ends it */
  readonly onAdvance: (listener: () => void) => () => void;
  /** Any of these ends the wait. */
  readonly signals: readonly AbortSignal[];
}

/**
 * Tries until there is something, the time is up or a signal aborts: at once, after each change of the queue, and when
 * a delay or a visibility timeout in it ends, also because the clock is moved.
 */
export async function longPoll<Result>(poll: LongPoll<Result>): Promise<Result | undefined> {
  const deadline = poll.now() + poll.waitMs;
  for (;;) {
    if (poll.signals.some((signal) => signal.aborted)) {
      return undefined;
    }
    const result = poll.attempt();
    const now = poll.now();
    if (result !== undefined || now >= deadline) {
      return result;
    }
    const due = poll.sqs.nextChangeAt(poll.queueArn) ?? deadline;
    await changeOrTimeout(poll, Math.min(deadline - now, Math.max(due - now, SHORTEST_PAUSE_MS)));
  }
}

function changeOrTimeout(poll: LongPoll<unknown>, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      unsubscribe();
      stopListening();
      for (const signal of poll.signals) {
        signal.removeEventListener("abort", wake);
      }
      resolve();
    };
    const timer = setTimeout(wake, Math.ceil(milliseconds));
    const stopListening = poll.onAdvance(wake);
    const unsubscribe = poll.sqs.onChange((queueArn) => {
      if (queueArn === poll.queueArn) {
        wake();
      }
    });
    for (const signal of poll.signals) {
      signal.addEventListener("abort", wake, { once: true });
    }
  });
}
