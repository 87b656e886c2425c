import type { Semaphore } from "../batch/index.ts";
import { DeadLetters } from "./dead-letters.ts";
import type { DecodeSettings } from "./decode.ts";
import type { Fate } from "./fate.ts";
import type { AnyHandler } from "./handlers.ts";
import { Incoming } from "./incoming.ts";
import type { Invocation } from "./invocation.ts";
import type { SqsRecord } from "./lambda-types.ts";
import { type FateEvent, logFate } from "./log-fate.ts";
import type { ConsumerSettings } from "./options.ts";
import { Pipeline } from "./pipeline.ts";
import { runGroups } from "./run-groups.ts";
import { runGuarded } from "./run-guarded.ts";
import { runUnordered } from "./run-unordered.ts";
import { lazySqs } from "./sqs-client.ts";
import type { Note } from "./steps.ts";
import { queueUrlOf, type Reappearance, setVisibility } from "./visibility.ts";
import { answerBy } from "./within.ts";

/** A record with what became of it. */
export interface Processed {
  readonly record: SqsRecord;
  readonly fate: Fate;
}

/**
 * Processes the records of invocations. Never throws; answers the fates in the order of the records, and tells each as soon as it
 * is known.
 */
export type Processor = (
  records: readonly SqsRecord[],
  invocation: Invocation,
  onFate?: (processed: Processed) => void,
) => Promise<readonly Processed[]>;

/** Takes records through a pipeline and notes the fate of each. */
export type Run = (incomings: readonly Incoming[], pipeline: Pipeline, note: Note) => Promise<void>;

/** Runs each record by itself: FIFO records by group, the others side by side. */
export const runEach =
  (slots: Semaphore): Run =>
  async (incomings, pipeline, note) => {
    const standard = incomings.filter((incoming) => !incoming.fifo);
    if (standard.length === incomings.length) return await runUnordered(standard, pipeline, slots, note);
    const fifo = incomings.filter((incoming) => incoming.fifo);
    await Promise.all([runGroups(fifo, pipeline, slots, note), runUnordered(standard, pipeline, slots, note)]);
  };

/**
 * Makes the processor of a consumer: what Lambda's wrapper and the poller share.
 *
 * @param options `setsVisibility`: whether it sets when records come again, for all of an invocation at its end, in as few
 *   calls as there can be; else whoever is told the fates does
 */
export function createProcessor(
  settings: ConsumerSettings,
  handlerOf: (name: string) => AnyHandler | undefined,
  run: Run,
  options: { readonly setsVisibility: boolean } = { setsVisibility: true },
): Processor {
  const loadSqs = lazySqs(settings.sqs);
  const deadLetters = new DeadLetters(loadSqs, settings.clock);
  const decoding: DecodeSettings = { ...settings, handles: (name) => handlerOf(name) !== undefined };

  return async (records, invocation, onFate) => {
    const incomings = records.map((record, index) => new Incoming(record, index));
    // By the record's place in the invocation.
    const fates = new Array<Fate | undefined>(incomings.length);
    const events = new Array<FateEvent | undefined>(incomings.length);
    const pipeline = new Pipeline(
      {
        settings,
        decoding,
        handlerOf,
        deadLetters,
        onIdentified: ({ index }, event) => {
          events[index] = event;
        },
      },
      invocation,
    );
    const note = (incoming: Incoming, fate: Fate) => {
      fates[incoming.index] = fate;
      logFate(settings.logger, settings.consumer, incoming, events[incoming.index], fate);
      // What is over need not be kept until the last of a thousand records is.
      events[incoming.index] = undefined;
      onFate?.({ record: incoming.record, fate });
    };
    if (settings.breaker === undefined) await run(incomings, pipeline, note);
    else await runGuarded(settings.breaker, run, incomings, pipeline, note);
    const again = options.setsVisibility ? reappearances(incomings, fates) : [];
    const settling = pipeline.settle();
    if (again.length > 0) {
      await setVisibility(again, queueUrlOf, loadSqs, {
        logger: settings.logger,
        clock: settings.clock,
        giveUpAt: answerBy(invocation, settings.clock),
      });
    }
    await settling;
    return incomings.map(({ record, index }) => ({
      record,
      // A record without a fate would be a fault of ours; to have it again loses nothing.
      fate: fates[index] ?? { kind: "retry", cause: "dependency", error: undefined },
    }));
  };
}

function reappearances(incomings: readonly Incoming[], fates: readonly (Fate | undefined)[]): Reappearance[] {
  const entries: Reappearance[] = [];
  for (const incoming of incomings) {
    const fate = fates[incoming.index];
    if (fate?.kind === "retry" && fate.afterSeconds !== undefined)
      entries.push({ incoming, seconds: fate.afterSeconds });
  }
  return entries;
}
