import type { Clock } from "../clock/index.ts";
import { FanfareError, PermanentError } from "../errors/index.ts";
import { Semaphore } from "../std/index.ts";
import type { BatchContext, BatchItemBase } from "./batch-item.ts";
import type { Fate } from "./fate.ts";
import type { Incoming } from "./incoming.ts";
import type { Logger } from "./logger.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Run } from "./process.ts";
import type { HandlerOutcome } from "./run-handler.ts";
import { type Note, withoutHandler } from "./steps.ts";
import { thrownValue } from "./thrown.ts";
import { outOfTime } from "./verdict.ts";
import { type Claiming, mayHandle, type Step, type Work } from "./work.ts";

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
    const works = prepared.filter((step) => "event" in step);
    const claims = new Map<Incoming, Claiming>();
    for (const [index, step] of (await pipeline.claim(works)).entries()) {
      const work = works[index];
      if (work !== undefined) claims.set(work.incoming, step);
    }
    const turns = incomings.map((incoming, index) => ({
      incoming,
      step: prepared[index],
      claim: claims.get(incoming),
    }));
    const ended: Promise<void>[] = [];
    const claimed = await sortOut(turns, pipeline, (incoming, fate) => {
      ended.push(fate.then((settled) => note(incoming, settled)));
    });
    if (claimed.length > 0) await handleAll(claimed, pipeline, options, note, ended);
    pipeline.hurry();
    await Promise.all(ended);
  };
}

/** A record on its way to the handler. */
interface Turn {
  readonly incoming: Incoming;
  readonly step: Step<Work> | undefined;
  readonly claim: Claiming | undefined;
}

/**
 * Gives a fate to what cannot be handled, and answers the rest. FIFO: what follows a record that comes again is handed back
 * unhandled, or its group would get out of order.
 */
async function sortOut(
  turns: readonly Turn[],
  pipeline: Pipeline,
  end: (incoming: Incoming, fate: Promise<Fate>) => void,
): Promise<Work[]> {
  const claimed: Work[] = [];
  const blockers = new Map<string, Fate & { kind: "retry" }>();
  for (const { incoming, step, claim } of turns) {
    const blocker = incoming.fifo ? blockers.get(incoming.group) : undefined;
    const fate = fateOf(incoming, step, claim, blocker, pipeline);
    if ("work" in fate) {
      claimed.push(fate.work);
      continue;
    }
    end(incoming, fate.fate);
    // One that follows another record of this batch is known only after the handler; its group comes before it there.
    if (!incoming.fifo || (claim !== undefined && "first" in claim)) continue;
    const settled = await fate.fate;
    if (settled.kind === "retry") blockers.set(incoming.group, settled);
  }
  return claimed;
}

function fateOf(
  incoming: Incoming,
  step: Step<Work> | undefined,
  claim: Claiming | undefined,
  blocker: (Fate & { kind: "retry" }) | undefined,
  pipeline: Pipeline,
): { readonly work: Work } | { readonly fate: Promise<Fate> } {
  const behind: Fate | undefined = blocker && { ...blocker, cause: "group", error: undefined };
  if (claim !== undefined && mayHandle(claim)) {
    return behind === undefined ? { work: claim } : { fate: pipeline.handBack(claim, behind) };
  }
  if (step !== undefined && "event" in step && claim !== undefined) {
    return {
      fate: withoutHandler(step, behind !== undefined && "fate" in claim ? { fate: behind } : claim, pipeline),
    };
  }
  const own: Fate = step !== undefined && "fate" in step ? step.fate : outOfTime();
  return { fate: pipeline.finish(incoming, behind ?? own) };
}

async function prepare(incoming: Incoming, pipeline: Pipeline, fetching: Semaphore): Promise<Step<Work>> {
  const opened = await pipeline.open(incoming);
  if ("fate" in opened) return opened;
  if (opened.kind !== "pointer") return await pipeline.identify(incoming, opened);
  await fetching.acquire();
  try {
    const fetched = await pipeline.fetch(incoming, opened.pointer);
    return "fate" in fetched ? fetched : await pipeline.identify(incoming, fetched);
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
    // After a timeout the handler may still be at all of them: each keeps its claim.
    const ahead = incoming.fifo && whole.kind !== "timedOut" ? blocked.get(incoming.group) : undefined;
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
