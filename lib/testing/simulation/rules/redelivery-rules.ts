import type { AnyContract } from "../../../contract/index.ts";
import { isFanfareError } from "../../../errors/index.ts";
import { type Invocation, isDisturbed, type QueuedMessage } from "../entities.ts";
import type { ConsumerOptions } from "../options.ts";
import { type Finding, findingAt } from "./finding.ts";

/** Milliseconds that a message stays hidden after its handler has failed, at least: backoff is in whole seconds, and never 0. */
export const LEAST_PAUSE_MS = 1_000;

/** Checks that a message whose handler failed is not received again at once. */
export function checkPause(message: QueuedMessage, now: number): Finding | undefined {
  const { failedAt } = message;
  if (failedAt === undefined || now - failedAt >= LEAST_PAUSE_MS) {
    return undefined;
  }
  const text = `it was received again ${now - failedAt} ms after its handler had failed, without backoff`;
  return findingAt("redelivery-in-time", text, message.case);
}

/** A message that is to be redelivered, as its queue has it. */
export interface Hidden {
  readonly message: QueuedMessage;
  /** When it becomes visible. */
  readonly availableAt: number;
  readonly receiveCount: number;
}

/** Checks that a message becomes visible when the consumer says so, and that this is within the backoff of its receive. */
export function checkHidden(
  invocation: Invocation,
  { message, availableAt, receiveCount }: Hidden,
  backoff: ConsumerOptions<AnyContract>["backoff"],
  now: number,
): Finding | undefined {
  const outcome = invocation.outcomes.get(message.id)?.[0];
  if (outcome?.cause !== "handler" || isDisturbed(message, invocation)) {
    return undefined;
  }
  const { afterSeconds } = outcome;
  const late = availableAt - (now + (afterSeconds ?? 0) * 1_000);
  const early = invocation.startedAt + (afterSeconds ?? 0) * 1_000 - availableAt;
  if (afterSeconds !== undefined && (late > 0 || early > 0)) {
    const text = `it was to be redelivered in ${afterSeconds} s, and becomes visible in ${(availableAt - now) / 1_000} s`;
    return findingAt("redelivery-in-time", text, message.case);
  }
  if (backoff === undefined || backoff === false || isOwnTime(invocation, message)) {
    return undefined;
  }
  const { baseSeconds = 1, capSeconds = 900 } = backoff;
  const most = Math.max(1, Math.ceil(Math.min(capSeconds, baseSeconds * 2 ** (receiveCount - 1))));
  if (afterSeconds !== undefined && afterSeconds >= LEAST_PAUSE_MS / 1_000 && afterSeconds <= most) {
    return undefined;
  }
  const text = `after receive ${receiveCount} it is redelivered in ${afterSeconds} s instead of 1 to ${most} s`;
  return findingAt("redelivery-in-time", text, message.case);
}

/** Whether the handler asked for a time of its own, or may still run. */
function isOwnTime(invocation: Invocation, { case: entry }: QueuedMessage): boolean {
  const runs = entry.runs.filter((run) => run.invocation === invocation);
  return runs.some((run) => run.timedOut || isFanfareError(run.error, "Retry"));
}
