import type { AnyContract } from "../../../contract/index.ts";
import type { Case, Invocation, QueuedMessage } from "../entities.ts";
import type { ConsumerOptions } from "../options.ts";
import type { Worker } from "../worker.ts";
import { type Finding, findingAt } from "./finding.ts";

/** The state of a circuit in the store. Times are true time, in milliseconds since the epoch. */
export interface CircuitView {
  readonly openUntil: number;
  /** Who changed it last, and when. */
  readonly writer: Worker | undefined;
  readonly at: number;
}

/** Milliseconds after which every worker has read a change: the longest refresh time of the scenarios, and a slow call. */
const KNOWN_AFTER_MS = 10_000;

/** Checks that no handler starts in an invocation that began while the circuit was open and known to be open. */
export function checkCircuit(
  entry: Case,
  invocation: Invocation,
  circuit: CircuitView | undefined,
  now: number,
): Finding | undefined {
  if (circuit === undefined || circuit.openUntil <= now || circuit.writer === invocation.worker) {
    return undefined;
  }
  const { polled, worker, startedAt } = invocation;
  // A worker that could not read the state counts the circuit as closed. A poller may have asked before its receive.
  if (polled || startedAt < circuit.at + KNOWN_AFTER_MS || worker.lastTroubleAt > circuit.at) {
    return undefined;
  }
  const text = `its handler was started ${startedAt - circuit.at} ms after another worker had opened the circuit`;
  return findingAt("circuit-respected", text, entry);
}

/** Milliseconds for which a probe pauses the other workers. */
const PROBE_MS = 30_000;

/** A message waits up to a quarter longer than its circuit, so that not all of them are redelivered at once. */
const SPREAD = 1.25;

/** With fewer receives left, a message waits longer each time: see `docs/decisions.md`. */
const FEW_RECEIVES = 4;

/** Checks that a message does not wait longer for an open circuit than the circuit is open. @param left receives of the message */
export function checkCircuitPause(
  invocation: Invocation,
  message: QueuedMessage,
  circuit: ConsumerOptions<AnyContract>["circuitBreaker"],
  left: number,
  maxSkewMs: number,
): Finding | undefined {
  const outcome = invocation.outcomes.get(message.id)?.[0];
  if (outcome?.cause !== "circuit" || left < FEW_RECEIVES) {
    return undefined;
  }
  // The clock of the worker that opened it may be ahead, and that of the one that waits behind.
  const longestMs = Math.max((circuit?.maxOpenSeconds ?? 900) * 1_000, PROBE_MS) + 2 * maxSkewMs;
  const most = Math.ceil((longestMs * SPREAD) / 1_000);
  const { afterSeconds = 0 } = outcome;
  const text = `it waits ${afterSeconds} s for a circuit that is open for at most ${longestMs / 1_000} s`;
  return afterSeconds <= most ? undefined : findingAt("redelivery-in-time", text, message.case);
}
