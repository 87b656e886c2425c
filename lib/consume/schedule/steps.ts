import type { Claims } from "../claim/index.ts";
import type { Admit, Decoder } from "../decode/index.ts";
import { type HandlerCalls, notHandled } from "../handle/index.ts";
import {
  type Decoded,
  type Delivery,
  type Ended,
  type Execution,
  endedEarly,
  executionOf,
  type Outcome,
  type Prepared,
  type Ready,
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
    const decoded = await steps.decoder.decode(delivery, admit);
    const prepared = decoded.kind === "several" ? decoded : claim(decoded, steps, startsNow);
    return prepared instanceof Promise ? await prepared : prepared;
  } catch (error) {
    return endedEarly(delivery, { kind: "retry", cause: "dependency", error });
  }
}

/** Claims the event of a decoded delivery, in a store call with the deliveries that are claimed at the same time. */
export function claim(
  decoded: Decoded | Ended,
  { claims, gate }: Steps,
  startsNow: boolean,
): Prepared | Promise<Prepared> {
  if (decoded.kind === "ended") {
    return decoded;
  }
  if (claims === undefined) {
    return unclaimed(decoded.delivery, decoded.event);
  }
  const closed = gate.closed(decoded.delivery);
  return closed === undefined
    ? claims.claim(decoded, startsNow)
    : endedEarly(decoded.delivery, closed, decoded.event.info);
}

/** Calls the handler of an event. */
export type Handle = (ready: Ready) => Promise<Execution>;

/** Calls the handler of a prepared delivery, unless it ended before or no handler may be started now. Never throws. */
export async function execute(prepared: Prepared, steps: Steps, handle?: Handle): Promise<Execution> {
  if (prepared.kind === "ended") {
    return prepared.execution;
  }
  if (prepared.kind === "repeated") {
    return executionOf(prepared, prepared.first.settled.then(outcomeOfRepeated), "none");
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
  return steps.claims?.mustRecordStart(ready) === true ? startRecorded(ready, steps.claims, handle) : handle(ready);
}

async function startRecorded(ready: Ready, claims: Claims, handle: Handle): Promise<Execution> {
  return (await claims.start(ready)) ?? (await handle(ready));
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

/** The outcome of a delivery of an event for which another delivery of this invocation came first. */
export function outcomeOfRepeated(first: Outcome | undefined): Outcome {
  const failed = first === undefined || first.kind === "retry" || first.kind === "deadLettered";
  return failed ? { kind: "retry", cause: "inProgress", error: undefined } : { kind: "duplicate" };
}
