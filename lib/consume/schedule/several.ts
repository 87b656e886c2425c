import {
  type Execution,
  executionOf,
  type Outcome,
  type Prepared,
  type SettledPart,
  type Several,
  unclaimedExecution,
} from "../record/index.ts";
import { claim, execute, type Handle, outcomeOfRepeated, type Steps } from "./steps.ts";

/** Executes a delivery with one event or several. Never throws. */
export function executeAll(prepared: Prepared | Several, steps: Steps, handle?: Handle): Promise<Execution> {
  return prepared.kind === "several" ? executeSeveral(prepared, steps, handle) : execute(prepared, steps, handle);
}

/**
 * Executes the events of a message one after another. Each is claimed and completed by itself. On a FIFO queue, nothing is started
 * after one that failed; on a standard queue, one that fails does not keep the others from being handled.
 */
async function executeSeveral({ delivery, parts }: Several, steps: Steps, handle?: Handle): Promise<Execution> {
  const executions: SettledPart[] = [];
  for (const part of parts) {
    if (delivery.fifo && executions.some(isFailed)) {
      break;
    }
    const prepared = await claim(part, steps, true);
    // To wait for a delivery that waits for its turn would be to wait for ever: its turn may come after this one.
    const waits = prepared.kind === "repeated" && !prepared.first.begun;
    const execution = waits
      ? executionOf(prepared, outcomeOfRepeated(prepared, prepared.first.outcome), "none")
      : await execute(prepared, steps, handle);
    executions.push(await steps.settlement.settlePart(execution));
    steps.isolation.leave(execution.delivery);
  }
  const failedParts = executions.filter(isFailed);
  const { claim: end = "none", key } = failedParts.find((part) => part.claim === "leaveToLetter") ?? {};
  return {
    ...unclaimedExecution(delivery, outcomeOf(executions)),
    // The dead letter names the claims of this invocation, which all have one token.
    claim: end,
    key,
    tries: mostTries(failedParts),
    failedParts,
  };
}

function isFailed({ outcome }: SettledPart): boolean {
  return outcome.kind === "retry" || outcome.kind === "deadLettered";
}

/** The outcomes of a message, the most urgent first: while one of its events may still succeed, it is redelivered. */
const BY_URGENCY: readonly Outcome["kind"][] = ["retry", "deadLettered", "done", "duplicate", "expired", "ignored"];

function outcomeOf(executions: readonly SettledPart[]): Outcome {
  const outcomes = executions.map(({ outcome }) => outcome);
  const found = BY_URGENCY.map((kind) => outcomes.find((outcome) => outcome.kind === kind));
  return found.find((outcome) => outcome !== undefined) ?? { kind: "ignored" };
}

function mostTries(failed: readonly Execution[]): number | undefined {
  const counted = failed.flatMap(({ tries }) => (tries === undefined ? [] : [tries]));
  return counted.length === 0 ? undefined : Math.max(...counted);
}
