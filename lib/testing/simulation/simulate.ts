import type { AnyContract } from "../../contract/index.ts";
import { DEFAULT_FAULTS, type FaultCounts, type FaultRates, noFaults } from "./faults.ts";
import type { EventOutcome, RunResult, SimulationOptions, Violation } from "./options.ts";
import { runOnce } from "./run.ts";

/** The totals of all runs. */
export interface SimulationReport {
  readonly runs: number;
  readonly events: number;
  /** Handlers started. */
  readonly handled: number;
  /** Callbacks that the schedulers ran. */
  readonly steps: number;
  /** Number of runs with different histories. */
  readonly interleavings: number;
  /** Injected faults by kind. */
  readonly faults: Readonly<FaultCounts>;
  /** Number of events by outcome, over all subscribers. */
  readonly outcomes: Readonly<Record<EventOutcome, number>>;
  readonly violations: readonly Violation[];
}

/**
 * Runs a system of publishers, topic, queues and consumers many times in virtual time, each time in another order and under other
 * faults, and checks that Fanfare keeps its promises. The publisher and the consumers are the real ones; SNS, SQS, S3, DynamoDB
 * and Lambda are models in memory. One seed gives one run, exactly.
 *
 * Handlers must wait and draw random numbers only through their world, or a run cannot be replayed. Errors have no stack traces
 * while it runs.
 */
export async function simulate<C extends AnyContract>(options: SimulationOptions<C>): Promise<SimulationReport> {
  const { scenario, seed = 1, runs = 100, maxViolations = 1, onRun } = options;
  const scenarioOf = typeof scenario === "function" ? scenario : () => scenario;
  const rates: FaultRates =
    options.faults === false ? (noFaults() satisfies FaultRates) : { ...DEFAULT_FAULTS, ...options.faults };
  await loadSdks();
  const total = new Totals();
  const stackTraceLimit = Error.stackTraceLimit;
  // There are thousands of injected errors, and collecting their stack traces would take most of the time.
  Error.stackTraceLimit = 0;
  try {
    for (let run = 0; run < runs && total.violations.length < maxViolations; run++) {
      const result = await runOnce(seed + run, scenarioOf, rates);
      total.add(result);
      onRun?.(result);
      // A run never yields to the event loop: signals and output are handled here.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
  return total.report();
}

/** Publisher and consumer load the SDK when they first need it. Reading files takes real time, and a run has only virtual time. */
async function loadSdks(): Promise<void> {
  await Promise.all([
    import("@aws-sdk/client-sns"),
    import("@aws-sdk/client-sqs"),
    import("@aws-sdk/client-s3"),
    import("@aws-sdk/client-dynamodb"),
  ]);
}

class Totals {
  readonly violations: Violation[] = [];
  readonly #faults = noFaults();
  readonly #outcomes = { processed: 0, deadLettered: 0, deadLetteredBySqs: 0, expired: 0, givenUp: 0, unknown: 0 };
  readonly #fingerprints = new Set<number>();
  #runs = 0;
  #events = 0;
  #handled = 0;
  #steps = 0;

  add(run: RunResult): void {
    this.#runs += 1;
    this.#events += run.events;
    this.#handled += run.handled;
    this.#steps += run.steps;
    this.#fingerprints.add(run.fingerprint);
    if (run.violation !== undefined) {
      this.violations.push(run.violation);
    }
    addTo(this.#faults, run.faults);
    addTo(this.#outcomes, run.outcomes);
  }

  report(): SimulationReport {
    return {
      runs: this.#runs,
      events: this.#events,
      handled: this.#handled,
      steps: this.#steps,
      interleavings: this.#fingerprints.size,
      faults: this.#faults,
      outcomes: this.#outcomes,
      violations: this.violations,
    };
  }
}

function addTo(totals: Record<string, number>, counts: Readonly<Record<string, number>>): void {
  for (const [name, count] of Object.entries(counts)) {
    totals[name] = (totals[name] ?? 0) + count;
  }
}

/** Thrown by {@link expectNoViolations}. */
export class SimulationFailed extends Error {
  override readonly name = "SimulationFailed";
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[]) {
    super(violations.map(describeViolation).join("\n\n"));
    this.violations = violations;
  }
}

/** @throws SimulationFailed with rule, seed and history of each violation */
export function expectNoViolations(report: Pick<SimulationReport, "violations">): void {
  if (report.violations.length > 0) {
    throw new SimulationFailed(report.violations);
  }
}

/** A violation as text: what, where, how to replay it, and what happened to the event. */
export function describeViolation(violation: Violation): string {
  const { rule, message, event, subscriber, seed, history } = violation;
  const where = [event && `event ${event}`, subscriber && `at ${subscriber}`].filter(Boolean).join(" ");
  return `${rule}: ${message}${where === "" ? "" : ` (${where})`}\nreplay it with seed ${seed}\n\n${history}`;
}
