import type { Claims } from "../claim/index.ts";
import type { Admit, Decoder } from "../decode/index.ts";
import { type Guarantee, type HandlerCalls, notHandled } from "../handle/index.ts";
import {
  type Decoded,
  type Delivery,
  type Ended,
  type Execution,
  endedEarly,
  executionOf,
  type Outcome,
  type Prepared,
} from "../record/index.ts";
import type { Settlement } from "../settle/index.ts";
import type { Gate } from "./gate.ts";

/** What a schedule takes the deliveries of one invocation through. */
export interface Steps {
  readonly decoder: Decoder;
  /** `undefined` where events are not claimed. */
  readonly claims: Claims | undefined;
  readonly gate: Gate;
  readonly handlers: HandlerCalls;
  readonly settlement: Settlement;
  readonly guarantee: Guarantee;
}

/** Decodes a delivery and claims its event. Never throws: a fault of ours fails its own delivery only. */
export async function prepare(delivery: Delivery, steps: Steps, admit?: Admit): Promise<Prepared> {
  try {
    const prepared = claim(await steps.decoder.decode(delivery, admit), steps, admit);
    return prepared instanceof Promise ? await prepared : prepared;
  } catch (error) {
    return endedEarly(delivery, { kind: "retry", cause: "dependency", error });
  }
}

/** Claims the event of a decoded delivery, in a store call with the deliveries that are claimed at the same time. */
export function claim(decoded: Decoded | Ended, { claims, gate }: Steps, admit?: Admit): Prepared | Promise<Prepared> {
  if (decoded.kind === "ended") {
    return decoded;
  }
  if (claims === undefined) {
    return { kind: "ready", delivery: decoded.delivery, event: decoded.event, claimed: false };
  }
  const closed = gate.closed(decoded.delivery);
  if (closed !== undefined) {
    return endedEarly(decoded.delivery, closed, decoded.event.info);
  }
  return claims.ahead || admit === undefined ? claims.claim(decoded) : claimAdmitted(decoded, claims, admit);
}

async function claimAdmitted(decoded: Decoded, claims: Claims, admit: Admit): Promise<Prepared> {
  const stopped = await admit();
  return stopped === undefined
    ? await claims.claim(decoded)
    : endedEarly(decoded.delivery, stopped, decoded.event.info);
}

/** Calls the handler of a prepared delivery, unless it ended before or no handler may be started now. Never throws. */
export async function execute(prepared: Prepared, steps: Steps): Promise<Execution> {
  try {
    switch (prepared.kind) {
      case "ended":
        return prepared.execution;
      case "repeated":
        return executionOf(prepared, prepared.first.settled.then(outcomeOfRepeated), "none");
      case "ready": {
        // At-most-once has marked the event done: not to start it now would be to lose it.
        const closed = steps.claims?.ahead === false ? undefined : steps.gate.closed(prepared.delivery);
        return closed === undefined ? await steps.handlers.handle(prepared) : held(prepared, closed, steps);
      }
    }
  } catch (error) {
    // A fault of ours.
    return held(prepared, { kind: "retry", cause: "dependency", error }, steps);
  }
}

/** What becomes of a delivery that is not handled, for a reason outside it. */
export function held(prepared: Prepared | Decoded, outcome: Outcome, { guarantee }: Steps): Execution {
  switch (prepared.kind) {
    case "ended":
      return { ...prepared.execution, outcome };
    case "ready":
      return notHandled(prepared, outcome, guarantee);
    default:
      return executionOf(prepared, outcome, "none");
  }
}

/** The outcome of a delivery of an event for which another delivery of this invocation came first. */
export function outcomeOfRepeated(first: Outcome | undefined): Outcome {
  const failed = first === undefined || first.kind === "retry" || first.kind === "deadLettered";
  return failed ? { kind: "retry", cause: "inProgress", error: undefined } : { kind: "duplicate" };
}
