import { type Handlers, type Logger, type Poller, type PollOptions, poll } from "../../../../lib/index.ts";
import type { FakeClock } from "../../../support/fake-clock.ts";
import { contract, type Orders, silent } from "../support.ts";
import { QUEUE_URL, type Queue } from "./queue.ts";

export function start(queue: Queue, handlers: Handlers<Orders>, options: Partial<PollOptions<Orders>> = {}): Poller {
  return poll(contract, handlers, {
    queueUrl: QUEUE_URL,
    consumer: "billing",
    logger: silent,
    clients: { sqs: queue.client },
    handleSignals: false,
    deadLetterQueues: {},
    ...options,
  });
}

/** Moves the clock until something holds. */
export async function advanceUntil(clock: FakeClock, holds: () => boolean, stepMs = 10): Promise<void> {
  for (let steps = 0; !holds(); steps++) {
    if (steps === 2_000) {
      throw new Error(`did not happen within ${2_000 * stepMs} ms of the clock`);
    }
    await clock.advance(stepMs);
  }
}

/** Stops a poller whose handlers have ended, and waits until it has. */
export async function stop(poller: Poller, clock: FakeClock): Promise<void> {
  const stopped = poller.stop();
  await clock.advance(2_000);
  await stopped;
}

/** A line of a log. */
type Line = readonly [level: keyof Logger, message: string, fields: unknown];

/** A logger that keeps its lines. */
export function keepingLogger(): { readonly logger: Logger; readonly lines: Line[] } {
  const lines: Line[] = [];
  const keep = (level: keyof Logger) => (message: string, fields?: unknown) =>
    void lines.push([level, message, fields]);
  return { lines, logger: { debug: keep("debug"), info: keep("info"), warn: keep("warn"), error: keep("error") } };
}
