import type { Clock } from "../../clock/index.ts";
import type { Hook } from "../../hook/index.ts";
import type { Claims } from "../claim/index.ts";
import type { Admit, Decoder } from "../decode/index.ts";
import { type HandlerCalls, notHandled } from "../handle/index.ts";
import {
  type Decoded,
  type Delivery,
  duplicateOf,
  type Ended,
  type EventInfo,
  type Execution,
  endedEarly,
  executionOf,
  type Outcome,
  type Prepared,
  type Ready,
  type Repeated,
  type Several,
  unclaimed,
  unclaimedExecution,
} from "../record/index.ts";
import type { Settlement } from "../settle/index.ts";
import type { Gate } from "./gate.ts";
import type { Isolation } from "./isolation.ts";

/** What a schedule takes the deliveries of one invocation through. */
export interface Steps {
  readonly decoder: Decoder;
  /** `undefined` where events are not claimed. */
  readonly claims: Claims | undefined;
  readonly gate: Gate;
  readonly handlers: HandlerCalls;
  readonly settlement: Settlement;
  readonly isolation: Isolation;
  readonly clock: Clock;
  /** `undefined` where nobody observes. */
  readonly hook: Hook | undefined;
}

/**
 * Decodes a delivery and claims its event. Never throws: a fault of ours fails its own delivery only.
 *
 * @param startsNow whether its handler starts as soon as the event is claimed
 */
export async function prepare(
  delivery: Delivery,
  steps: Steps,
  startsNow: boolean,
  admit?: Admit,
): Promise<Prepared | Several> {
  try {
    const decoded = await decode(delivery, steps, admit);
    const prepared = decoded.kind === "several" ? decoded : claim(decoded, steps, startsNow);
    return prepared instanceof Promise ? await prepared : prepared;
  } catch (error) {
    return endedEarly(delivery, { kind: "retry", cause: "dependency", error });
  }
}

/** Decodes a delivery. Never throws. */
export function decode(
  delivery: Delivery,
  { decoder, hook }: Steps,
  admit?: Admit,
): Promise<Decoded | Several | Ended> {
  const decoding = () => decoder.decode(delivery, admit);
  return hook?.tells("decoded") !== true
    ? decoding()
    : hook.timed(decoding, ({ at, durationMs, result }) => {
        const event = result?.kind === "decoded" ? result.event.info : endOf(result)?.event;
        return { type: "decoded", at, durationMs, delivery, event, outcome: endOf(result)?.outcome };
      });
}

/** Claims the event of a decoded delivery, in a store call with the deliveries that are claimed at the same time. */
export function claim(decoded: Decoded | Ended, steps: Steps, startsNow: boolean): Prepared | Promise<Prepared> {
  const { claims, gate, hook } = steps;
  if (decoded.kind === "ended") {
    return decoded;
  }
  if (claims === undefined) {
    return unclaimed(decoded.delivery, decoded.event);
  }
  const closed = gate.closed(decoded.delivery);
  if (closed !== undefined) {
    return endedEarly(decoded.delivery, closed, decoded.event.info);
  }
  const claiming = () => claims.claim(decoded, startsNow);
  return hook?.tells("claimed") !== true
    ? claiming()
    : hook.timed(claiming, ({ at, durationMs, result }) => ({
        type: "claimed",
        at,
        durationMs,
        delivery: decoded.delivery,
        event: decoded.event.info,
        outcome: endOf(result)?.outcome,
        repeated: result?.kind === "repeated",
      }));
}

/** What a delivery that ended early asks for; neither waits for another delivery. */
function endOf(result: Prepared | Several | Decoded | undefined): EarlyEnd | undefined {
  if (result?.kind !== "ended" || result.execution.outcome instanceof Promise) {
    return undefined;
  }
  return { event: result.execution.event, outcome: result.execution.outcome };
}

interface EarlyEnd {
  readonly event: EventInfo | undefined;
  readonly outcome: Outcome;
}

/** Calls the handler of an event. */
export type Handle = (ready: Ready) => Promise<Execution>;

/** Calls the handler of a prepared delivery, unless it ended before or no handler may be started now. Never throws. */
export async function execute(prepared: Prepared, steps: Steps, handle?: Handle): Promise<Execution> {
  if (prepared.kind === "ended") {
    return prepared.execution;
  }
  if (prepared.kind === "repeated") {
    return executionOf(
      prepared,
      prepared.first.settled.then((first) => outcomeOfRepeated(prepared, first)),
      "none",
    );
  }
  const { claims, isolation } = steps;
  claims?.begin(prepared);
  const entering = prepared.interrupted ? isolation.enterAlone(prepared.delivery) : isolation.enter(prepared.delivery);
  if (entering !== undefined) {
    await entering;
  }
  try {
    return await start(prepared, steps, handle ?? ((ready) => steps.handlers.handle(ready)));
  } catch (error) {
    // A fault of ours.
    return held(prepared, { kind: "retry", cause: "dependency", error });
  }
}

function start(ready: Ready, steps: Steps, handle: Handle): Execution | Promise<Execution> {
  const closed = steps.gate.closed(ready.delivery);
  if (closed !== undefined) {
    return held(ready, closed);
  }
  return steps.claims?.mustRecordStart(ready) === true
    ? startRecorded(ready, steps.claims, steps, handle)
    : handle(ready);
}

async function startRecorded(ready: Ready, claims: Claims, steps: Steps, handle: Handle): Promise<Execution> {
  return (await recordStart(ready, claims, steps)) ?? (await handle(ready));
}

/** Records the start of a handler. Returns what becomes of the event if the handler must not start. Never throws. */
export async function recordStart(ready: Ready, claims: Claims, { gate }: Steps): Promise<Execution | undefined> {
  const refused = await claims.start(ready);
  // A process that was suspended meanwhile may have neither time nor claim any more.
  const closed = gate.closed(ready.delivery);
  return refused ?? (closed && held(ready, closed));
}

/** What becomes of a delivery that is not handled, for a reason outside it. */
export function held(prepared: Prepared | Several, outcome: Outcome): Execution {
  switch (prepared.kind) {
    case "several":
      return unclaimedExecution(prepared.delivery, outcome);
    case "ended":
      return { ...prepared.execution, outcome };
    case "ready":
      return notHandled(prepared, outcome);
    default:
      return executionOf(prepared, outcome, "none");
  }
}

/**
 * The outcome of a delivery of an event for which another delivery of this invocation came first.
 *
 * @param outcome what became of the first so far
 */
export function outcomeOfRepeated({ event, first }: Repeated, outcome: Outcome | undefined): Outcome {
  const failed = outcome === undefined || outcome.kind === "retry" || outcome.kind === "deadLettered";
  if (failed) {
    return { kind: "retry", cause: "inProgress", error: undefined };
  }
  // The first may itself be a duplicate with other data than what was handled.
  const conflict = outcome.kind === "duplicate" ? outcome.conflict : undefined;
  return duplicateOf(event, conflict?.handled ?? first.digest);
}
