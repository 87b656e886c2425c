import type { Semaphore } from "../std/index.ts";
import { DeadLetters } from "./dead-letters.ts";
import type { DecodeSettings } from "./decode.ts";
import type { Fate } from "./fate.ts";
import type { AnyHandler } from "./handlers.ts";
import { Incoming } from "./incoming.ts";
import type { Invocation } from "./invocation.ts";
import type { SqsRecord } from "./lambda-types.ts";
import { leftOut } from "./left-out.ts";
import { logFate } from "./log-fate.ts";
import type { ConsumerSettings } from "./options.ts";
import { Pipeline } from "./pipeline.ts";
import { Reappearances } from "./reappearances.ts";
import { runGroups } from "./run-groups.ts";
import { runUnordered } from "./run-unordered.ts";
import { lazySqs } from "./sqs-client.ts";
import type { Note } from "./steps.ts";
import { queueUrlOf, setVisibility } from "./visibility.ts";

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
    if (process.env.FANFARE_WITHOUT_FIFO !== "1") {
      await Promise.all([runGroups(fifo, pipeline, slots, note), runUnordered(standard, pipeline, slots, note)]);
      return;
    }
    // Before anything is started: the invocation fails, and all records come again, in their order.
    throw leftOut("eventSourceARN", "fifo", `eventSourceARN names the FIFO queue ${fifo[0]?.queueArn}`);
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
    const incomings = records.map((record) => new Incoming(record));
    const again = options.setsVisibility
      ? new Reappearances(settings.clock, (entries) =>
          setVisibility(entries, queueUrlOf, loadSqs, settings, invocation),
        )
      : undefined;
    const pipeline = new Pipeline({ settings, decoding, handlerOf, deadLetters, again }, invocation);
    const note = (incoming: Incoming, fate: Fate) => {
      incoming.fate = fate;
      logFate(settings.logger, settings.consumer, incoming, fate);
      incoming.event = undefined;
      onFate?.({ record: incoming.record, fate });
    };
    if (settings.breaker === undefined) await run(incomings, pipeline, note);
    else await settings.breaker.run(run, incomings, pipeline, note);
    const settling = [again?.settle(incomings), pipeline.settle()];
    if (settling.some((each) => each !== undefined)) await Promise.all(settling);
    return incomings.map(({ record, fate = NO_FATE }) => ({ record, fate }));
  };
}

/** A record without a fate would be a fault of ours; to have it again loses nothing. */
const NO_FATE: Fate = { kind: "retry", cause: "dependency", error: undefined };
