import type { SettlingSqsLoader } from "../../aws/index.ts";
import type { Hook, InvocationStartedStep } from "../../hook/index.ts";
import type { Semaphore } from "../../std/index.ts";
import type { Breaker } from "../breaker/index.ts";
import { type ClaimSettings, Claims } from "../claim/index.ts";
import { Decoder, type DecodeSettings } from "../decode/index.ts";
import { type AnyHandler, HandlerCalls, type HandleSettings } from "../handle/index.ts";
import {
  Delivery,
  type Invocation,
  leftOut,
  type Outcome,
  type Settled,
  type SqsRecord,
  unclaimedExecution,
} from "../record/index.ts";
import { DeadLetters, type Messages, Settlement, type SettleSettings } from "../settle/index.ts";
import { type BatchRunSettings, runBatch } from "./batch.ts";
import { runFifo } from "./fifo.ts";
import { Gate, type GateSettings } from "./gate.ts";
import { Isolation } from "./isolation.ts";
import { runStandard } from "./standard.ts";
import type { Steps } from "./steps.ts";

/** What a processor needs to know of the consumer. */
export interface ProcessorSettings
  extends Omit<DecodeSettings, "handles">,
    Omit<HandleSettings, "handlerOf">,
    SettleSettings,
    Omit<ClaimSettings, "store" | "guarantee">,
    Omit<GateSettings, "breaker"> {
  readonly store: ClaimSettings["store"] | undefined;
  readonly breaker: Breaker | undefined;
  /** Loads the SQS client at its first use: most invocations dead-letter nothing and retry nothing. */
  readonly loadSqs: SettlingSqsLoader;
}

/** Decides which deliveries of an invocation run when. */
export type Schedule = (
  deliveries: readonly Delivery[],
  steps: Steps,
  invocation: Invocation,
) => Promise<readonly Settled[]>;

/** Takes the records of an invocation to their outcomes. What it returns is in no particular order. */
export type Processor = (
  records: readonly SqsRecord[],
  invocation: Invocation,
  messages: Messages,
) => Promise<readonly Settled[]>;

/** One handler call per event: FIFO records by group, the others side by side. */
export function oneByOne(slots: Semaphore): Schedule {
  return async (deliveries, steps) => {
    const fifo = deliveries.filter((delivery) => delivery.fifo);
    const standard = deliveries.filter((delivery) => !delivery.fifo);
    if (process.env.FANFARE_WITHOUT_FIFO !== "1") {
      const settled = await Promise.all([runFifo(fifo, steps, slots), runStandard(standard, steps, slots)]);
      return settled.flat();
    }
    const [first] = fifo;
    if (first !== undefined) {
      // Before anything is started: the invocation fails, and all records are redelivered in their order.
      throw leftOut("eventSourceARN", "fifo", `eventSourceARN names the FIFO queue ${first.queueArn}`);
    }
    return await runStandard(standard, steps, slots);
  };
}

/** One handler call for all events of an invocation. */
export function allAtOnce(settings: BatchRunSettings): Schedule {
  return (deliveries, steps, invocation) => runBatch(deliveries, steps, invocation, settings);
}

/** Makes the processor of a consumer: what Lambda's wrapper and the poller share. */
export function createProcessor(
  settings: ProcessorSettings,
  handlerOf: (name: string) => AnyHandler | undefined,
  schedule: Schedule,
): Processor {
  const deadLetters = new DeadLetters(settings.loadSqs, settings.clock);
  const handles = (name: string) => handlerOf(name) !== undefined;
  const { breaker, clock, consumer, guarantee, store } = settings;

  return async (records, invocation, messages) => {
    const deliveries = records.map((record) => new Delivery(record, invocation));
    const startedAt = clock.now();
    const hook = settings.hook && tellStart(settings.hook, { at: startedAt, consumer, invocation, deliveries });
    const observed = hook === settings.hook ? settings : { ...settings, hook };
    const claims =
      store === undefined || guarantee === "at-least-once"
        ? undefined
        : new Claims({ ...observed, store, guarantee }, invocation);
    const isolation = new Isolation();
    const onSettled = (outcome: Outcome, delivery: Delivery) => {
      isolation.leave(delivery);
      breaker?.settled(outcome);
    };
    const settlement = new Settlement(observed, { invocation, claims, deadLetters, messages, onSettled });
    const steps: Steps = {
      decoder: new Decoder({ ...observed, handles }, () => invocation.deadline),
      claims,
      gate: new Gate(settings, invocation),
      handlers: new HandlerCalls({ ...observed, handlerOf }, invocation, (ready) => claims?.commitOf(ready)),
      settlement,
      isolation,
      clock,
      hook,
    };
    const run = (some: readonly Delivery[]) => schedule(some, steps, invocation);
    const handBack = (delivery: Delivery, outcome: Outcome) => settlement.settle(unclaimedExecution(delivery, outcome));

    const settled = breaker === undefined ? await run(deliveries) : await breaker.run(deliveries, run, handBack);
    settlement.hurry();
    await settlement.finish();
    if (hook !== undefined) {
      const at = clock.now();
      hook.tell({ type: "invocationEnded", at, durationMs: at - startedAt, consumer, invocation });
      await hook.flush();
    }
    return settled;
  };
}

/** Tells that an invocation has started, and what it received. Returns the hook of its further steps. */
function tellStart(ofConsumer: Hook, start: Omit<InvocationStartedStep, "type">): Hook {
  const { at, consumer, invocation, deliveries } = start;
  ofConsumer.tell({ type: "invocationStarted", ...start });
  const hook = ofConsumer.within(invocation);
  if (hook.tells("received")) {
    for (const delivery of deliveries) {
      hook.tell({ type: "received", at, consumer, invocation, delivery });
    }
  }
  return hook;
}
