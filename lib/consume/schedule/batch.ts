import { Semaphore } from "../../std/index.ts";
import { type BatchSettings, callBatchHandler, executionAfter, type Guarantee } from "../handle/index.ts";
import {
  BlockedGroups,
  type Decoded,
  type Delivery,
  endedEarly,
  type Invocation,
  type Outcome,
  type Prepared,
  type Ready,
  type Settled,
  type Several,
} from "../record/index.ts";
import { settleInOrder } from "./in-order.ts";
import { executeAll } from "./several.ts";
import { claim, decode, type Handle, held, recordStart, type Steps } from "./steps.ts";

/** What a batch run needs to know of the consumer. */
export interface BatchRunSettings extends BatchSettings {
  readonly guarantee: Guarantee;
  /** Offloaded payloads that are fetched at once. */
  readonly concurrency: number;
}

/** Passes all events of an invocation to one handler, and gives each delivery its own outcome. */
export async function runBatch(
  deliveries: readonly Delivery[],
  steps: Steps,
  invocation: Invocation,
  settings: BatchRunSettings,
): Promise<readonly Settled[]> {
  const decoding = new Semaphore(settings.concurrency);
  const decoded = await Promise.all(deliveries.map((each) => decoding.run(() => decode(each, steps))));
  const behindSeveral = new Set<string>();
  const prepared = await Promise.all(
    decoded.map((each, index) => {
      const delivery = deliveries[index];
      const group = delivery?.fifo === true ? delivery.group : undefined;
      if (each.kind === "several" && group !== undefined) {
        behindSeveral.add(group);
      }
      // The events of such a message are claimed in its turn, and those behind it in its FIFO group after them.
      const later = each.kind === "several" || (group !== undefined && behindSeveral.has(group));
      return later ? each : claim(each, steps, true);
    }),
  );
  const handleAlone: Handle = async (ready) => {
    const resultOf = await callBatchHandler(settings, steps.hook, invocation, [ready]);
    return executionAfter(resultOf(ready), ready, invocation, settings.guarantee);
  };
  const { ready, settled } = await settleUnhandled(prepared, steps, handleAlone);
  const handled = ready.length === 0 ? [] : await handle(ready, steps, invocation, settings);
  steps.settlement.hurry();
  return await Promise.all([...settled, ...handled]);
}

/**
 * Settles what is not handled together: what cannot be handled, and messages with several events, each of which is a call of its
 * own. FIFO: what follows a message that is redelivered must not be handled before it.
 */
async function settleUnhandled(
  prepared: readonly (Decoded | Prepared | Several)[],
  steps: Steps,
  handleAlone: Handle,
): Promise<{ readonly ready: readonly Ready[]; readonly settled: readonly Promise<Settled>[] }> {
  const ready: Ready[] = [];
  const settled: Promise<Settled>[] = [];
  const groups = new BlockedGroups();
  for (const ahead of prepared) {
    const delivery = ahead.kind === "ended" ? ahead.execution.delivery : ahead.delivery;
    // What is handled alone must not overtake what its group has handled together.
    const waits = ahead.kind === "several" && ready.some((one) => isSameGroup(one.delivery, delivery));
    const blocked = groups.outcomeOf(delivery) ?? (waits ? GROUP_FIRST : undefined);
    const each = ahead.kind === "decoded" ? await claimUnless(blocked, ahead, steps) : ahead;
    if (each.kind === "ready" && blocked === undefined) {
      ready.push(each);
      continue;
    }
    const execution = blocked === undefined ? await executeAll(each, steps, handleAlone) : held(each, blocked);
    const settling = steps.settlement.settle(execution);
    settled.push(settling);
    if (delivery.fifo && (waits || (each.kind !== "repeated" && each.kind !== "ready" && blocked === undefined))) {
      groups.note(await settling);
    }
  }
  return { ready, settled };
}

async function claimUnless(blocked: Outcome | undefined, decoded: Decoded, steps: Steps): Promise<Prepared> {
  return blocked === undefined
    ? await claim(decoded, steps, true)
    : endedEarly(decoded.delivery, blocked, decoded.event.info);
}

/** The outcome of a message that its group has to handle first. */
const GROUP_FIRST: Outcome = { kind: "retry", cause: "group", error: undefined };

function isSameGroup(one: Delivery, other: Delivery): boolean {
  return one.fifo && other.fifo && one.group === other.group;
}

/** Passes everything to the handler at once, except what was interrupted before: that is passed by itself, after the others. */
async function handle(
  ready: readonly Ready[],
  steps: Steps,
  invocation: Invocation,
  settings: BatchRunSettings,
): Promise<readonly Promise<Settled>[]> {
  const isInterrupted = new Set(ready.filter(({ interrupted }) => interrupted).map(groupOf));
  const together = ready.filter((each) => !isInterrupted.has(groupOf(each)));
  const settled = together.length === 0 ? [] : [...(await handleTogether(together, steps, invocation, settings))];
  if (isInterrupted.size > 0) {
    // Their completions are written before anything may kill this worker.
    await Promise.all(settled);
  }
  const groups = new BlockedGroups();
  for (const each of ready.filter((one) => isInterrupted.has(groupOf(one)))) {
    const blocked = groups.outcomeOf(each.delivery);
    const [settling] =
      blocked === undefined
        ? await handleTogether([each], steps, invocation, settings)
        : [steps.settlement.settle(held(each, blocked))];
    if (settling !== undefined) {
      settled.push(settling);
      groups.note(await settling);
    }
  }
  return settled;
}

/** What stays in order: a FIFO group, or else a single event. */
function groupOf(ready: Ready): unknown {
  return ready.delivery.fifo ? ready.delivery.group : ready;
}

async function handleTogether(
  batch: readonly Ready[],
  steps: Steps,
  invocation: Invocation,
  settings: BatchRunSettings,
): Promise<readonly Promise<Settled>[]> {
  const { gate, settlement } = steps;
  const closed = gate.closed();
  if (closed !== undefined) {
    return batch.map((ready) => settlement.settle(held(ready, closed)));
  }
  const { started, settled: refused } = await recordStarts(batch, steps);
  if (started.length === 0) {
    return refused;
  }
  const resultOf = await callBatchHandler(settings, steps.hook, invocation, started);
  settlement.hurry();
  const executionFor = (ready: Ready) => executionAfter(resultOf(ready), ready, invocation, settings.guarantee);
  const groups = Map.groupBy(started, (ready) => {
    // After a timeout the handler may still be at all of them: each keeps its claim, and no group needs the rule.
    const inOrder = ready.delivery.fifo && resultOf(ready).kind !== "timedOut";
    return inOrder ? ready.delivery.group : undefined;
  });
  const settled = await Promise.all(
    [...groups].map(([group, items]) =>
      group === undefined
        ? items.map((ready) => settlement.settle(executionFor(ready)))
        : settleInOrder(
            items,
            // What follows a failed item is redelivered after it, even if the handler took it.
            async (ready, blocked) => (blocked === undefined ? executionFor(ready) : held(ready, blocked)),
            settlement,
          ),
    ),
  );
  return [...refused, ...settled.flat()];
}

/** Records that the handler is about to start, where that must be known; settles those for which it must not. */
async function recordStarts(
  batch: readonly Ready[],
  steps: Steps,
): Promise<{ readonly started: readonly Ready[]; readonly settled: readonly Promise<Settled>[] }> {
  const { claims, settlement } = steps;
  if (claims === undefined || !batch.some((ready) => claims.mustRecordStart(ready))) {
    return { started: batch, settled: [] };
  }
  const refusals = await Promise.all(
    batch.map((ready) => (claims.mustRecordStart(ready) ? recordStart(ready, claims, steps) : undefined)),
  );
  const started: Ready[] = [];
  const settled: Promise<Settled>[] = [];
  const groups = new BlockedGroups();
  for (const [index, ready] of batch.entries()) {
    const blocked = groups.outcomeOf(ready.delivery);
    const refused = blocked === undefined ? refusals[index] : held(ready, blocked);
    if (refused === undefined) {
      started.push(ready);
      continue;
    }
    const settling = settlement.settle(refused);
    settled.push(settling);
    groups.note(await settling);
  }
  return { started, settled };
}
