import type { Case, Invocation } from "../entities.ts";
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
