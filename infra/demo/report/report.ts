import type { Check } from "../checks/check.ts";
import type { ReportedDeadLetter, Tally } from "../tally.ts";

/** Everything that the demo found. */
export interface Report {
  /** Whether nothing was lost or unexpected, every check is good, and the runtime reported no problem. */
  readonly ok: boolean;
  readonly seconds: number;
  readonly subscribers: readonly Tally[];
  readonly deadLetters: readonly ReportedDeadLetter[];
  readonly checks: readonly Check[];
  /** Problems that the runtime reported. */
  readonly problems: readonly string[];
}

/** Puts a report together. */
export function reportOf(parts: Omit<Report, "ok">): Report {
  const faultless = parts.subscribers.every(({ lost, unexpected }) => lost === 0 && unexpected.length === 0);
  const good = faultless && parts.problems.length === 0 && parts.checks.every(({ ok }) => ok);
  return { ok: good, ...parts };
}
