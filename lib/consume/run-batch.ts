import { Semaphore } from "../batch/index.ts";
import type { Clock } from "../clock/index.ts";
import { FanfareError, PermanentError } from "../errors/index.ts";
import type { BatchContext, BatchItemBase } from "./batch-item.ts";
import type { Fate } from "./fate.ts";
import type { Incoming } from "./incoming.ts";
import type { Logger } from "./logger.ts";
import type { Pipeline, Step, Work } from "./pipeline.ts";
import type { Run } from "./process.ts";
import type { HandlerOutcome } from "./run-handler.ts";
import { mayHandle, type Note, withoutHandler } from "./steps.ts";
import { thrownValue } from "./thrown.ts";

/** An item whose event is not known to the compiler. */
export type AnyItem = BatchItemBase & { readonly name: string; readonly data: unknown };

/** A batch handler whose events are not known to the compiler. */
export type AnyBatchHandler = (items: readonly AnyItem[], context: BatchContext) => unknown;

/** What a batch run takes. */
export interface BatchRunOptions {
  readonly handler: AnyBatchHandler;
  readonly concurrency: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Hands all records of an invocation to one handler, and gives each its own fate. */
export function runBatch(options: BatchRunOptions): Run {
  return async (incomings, pipeline, note) => {
    const fetching = new Semaphore(options.concurrency);
    const prepared = await Promise.all(incomings.map((incoming) => prepare(incoming, pipeline, fetching)));
    const works = prepared.flatMap((step) => ("next" in step ? [step.next] : []));
    const ended: Promise<void>[] = [];
    for (const [index, step] of prepared.entries()) {
      const incoming = incomings[index];
      if (incoming !== undefined && "fate" in step) {
        ended.push(pipeline.finish(incoming, step.fate).then((fate) => note(incoming, fate)));
      }
    }
    const claimed: Work[] = [];
    for (const [index, step] of (await pipeline.claim(works)).entries()) {
      const work = works[index];
      if (work === undefined) continue;
      if (mayHandle(step)) claimed.push(step.next);
      else ended.push(withoutHandler(work, step, pipeline).then((fate) => note(work.incoming, fate)));
    }
    if (claimed.length > 0) await handleAll(claimed, pipeline, options, note, ended);
    await Promise.all([pipeline.flush(), ...ended]);
  };
}

async function prepare(incoming: Incoming, pipeline: Pipeline, fetching: Semaphore): Promise<Step<Work>> {
  const opened = await pipeline.open(incoming);
  if ("fate" in opened) return opened;
  if (opened.next.kind !== "pointer") return await pipeline.identify(incoming, opened.next);
  await fetching.acquire();
  try {
    const fetched = await pipeline.fetch(incoming, opened.next.pointer);
    return "fate" in fetched ? fetched : await pipeline.identify(incoming, fetched.next);
  } finally {
    fetching.release();
  }
}

async function handleAll(
  works: readonly Work[],
  pipeline: Pipeline,
  options: BatchRunOptions,
  note: Note,
  ended: Promise<void>[],
): Promise<void> {
  const closed = pipeline.gate();
  if (closed !== undefined) {
    for (const work of works) {
      ended.push(pipeline.handBack(work, closed).then((fate) => note(work.incoming, fate)));
    }
    return;
  }
  const failures = new Map<Work, unknown>();
  const whole = await callHandler(works, pipeline, options, failures);
  const blocked = new Map<string, Promise<Fate>>();
  for (const work of works) {
    const { incoming } = work;
    const ahead = incoming.fifo ? blocked.get(incoming.group) : undefined;
    const fate =
      ahead === undefined
        ? pipeline.conclude(work, outcomeOf(work, whole, failures))
        : behind(ahead, work, pipeline, whole, failures);
    if (incoming.fifo && (whole.kind !== "returned" || failures.has(work) || ahead !== undefined))
      blocked.set(incoming.group, fate);
    ended.push(fate.then((settled) => note(incoming, settled)));
  }
}

/** FIFO: what follows an item that comes again must come again after it, even if the handler took it. */
async function behind(
  ahead: Promise<Fate>,
  work: Work,
  pipeline: Pipeline,
  whole: HandlerOutcome,
  failures: ReadonlyMap<Work, unknown>,
): Promise<Fate> {
  const blocker = await ahead;
  if (blocker.kind !== "retry") return await pipeline.conclude(work, outcomeOf(work, whole, failures));
  return await pipeline.handBack(work, { ...blocker, cause: "group", error: undefined });
}

function outcomeOf(work: Work, whole: HandlerOutcome, failures: ReadonlyMap<Work, unknown>): HandlerOutcome {
  return whole.kind === "returned" && failures.has(work)
    ? { kind: "threw", error: failures.get(work), committed: false }
    : whole;
}

async function callHandler(
  works: readonly Work[],
  pipeline: Pipeline,
  options: BatchRunOptions,
  failures: Map<Work, unknown>,
): Promise<HandlerOutcome> {
  const { clock, handler, logger } = options;
  const { deadline } = pipeline;
  const controller = new AbortController();
  const items = works.map(
    (work): AnyItem => ({
      name: work.event.info.name,
      data: work.event.data,
      event: work.event.info,
      record: work.incoming.record,
      attempt: work.incoming.receiveCount,
      idempotencyKey: work.key,
      fail: (error) => {
        failures.set(work, thrownValue(error));
      },
      deadLetter: (reason) => {
        failures.set(work, new PermanentError(reason));
      },
    }),
  );
  const { promise: timeout, resolve } = Promise.withResolvers<HandlerOutcome>();
  const cancel = clock.timer(Math.max(0, deadline - clock.now()), () => {
    const error = new FanfareError("HandlerTimeout", "the batch handler did not finish in the invocation's time", {
      remedy: "lower batchSize, raise the function's timeout, or pass signal on",
    });
    resolve({ kind: "timedOut", error });
    controller.abort(error);
  });
  const run = async () => {
    await handler(items, { signal: controller.signal, logger, remainingMs: () => Math.max(0, deadline - clock.now()) });
  };
  const handled = run().then(
    (): HandlerOutcome => ({ kind: "returned", committed: false }),
    (error: unknown): HandlerOutcome => ({ kind: "threw", error: thrownValue(error), committed: false }),
  );
  try {
    return await Promise.race([handled, timeout]);
  } finally {
    cancel();
  }
}
