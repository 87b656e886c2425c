import {
  dynamoDbLoader,
  pollingSqsLoader,
  s3Loader,
  settlingSqsLoader,
  snsLoader,
  sqsLoader,
} from "../../aws/index.ts";
import { systemClock } from "../../clock/index.ts";
import type { AnyContract } from "../../contract/index.ts";
import { withoutThreads } from "../../payload/index.ts";
import { clientsOf } from "../clients/index.ts";
import { noOutcomes } from "./entities.ts";
import { DEFAULT_FAULTS, type FaultCounts, type FaultRates, noFaults } from "./faults.ts";
import type { SimulationOptions } from "./options.ts";
import { hash32 } from "./random.ts";
import type { EventOutcome, Violation } from "./result.ts";
import { TOLERATED_SKEW_MS } from "./rules/handler-rules.ts";
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
  /** Equal for two series of runs in which the same things happened at the same times, in whatever process. */
  readonly fingerprint: number;
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
  const { scenario, seed = 1, runs = 100, maxViolations = 1, clockSkewMs = TOLERATED_SKEW_MS, onRun } = options;
  const scenarioOf = typeof scenario === "function" ? scenario : () => scenario;
  const rates: FaultRates =
    options.faults === false ? (noFaults() satisfies FaultRates) : { ...DEFAULT_FAULTS, ...options.faults };
  await loadSdks();
  const total = { runs: 0, events: 0, handled: 0, steps: 0, faults: noFaults(), outcomes: noOutcomes() };
  const violations: Violation[] = [];
  const fingerprints: number[] = [];
  const useThreads = withoutThreads();
  const stackTraceLimit = Error.stackTraceLimit;
  // There are thousands of injected errors, and collecting their stack traces would take most of the time.
  Error.stackTraceLimit = 0;
  try {
    for (let run = 0; run < runs && violations.length < maxViolations; run++) {
      const result = await runOnce(seed + run, scenarioOf, { rates, maxSkewMs: clockSkewMs });
      total.runs += 1;
      total.events += result.events;
      total.handled += result.handled;
      total.steps += result.steps;
      addTo(total.faults, result.faults);
      addTo(total.outcomes, result.outcomes);
      violations.push(...(result.violation === undefined ? [] : [result.violation]));
      fingerprints.push(result.fingerprint);
      onRun?.(result);
      // A run never yields to the event loop: signals and output are handled here.
      await new Promise((resolve) => setImmediate(resolve));
    }
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    useThreads();
  }
  return {
    ...total,
    interleavings: new Set(fingerprints).size,
    fingerprint: hash32(fingerprints.join()),
    violations,
  };
}

/**
 * Publisher and consumer load the SDK when they first need it. That takes real time, even if the files are read, and a run has only
 * virtual time: the first run in a process would be another one than the same run later.
 */
async function loadSdks(): Promise<void> {
  const clients = clientsOf(async () => ({}));
  const clock = systemClock;
  await Promise.all([
    snsLoader({ client: clients.sns, clock }, undefined)(),
    sqsLoader({ client: clients.sqs, clock })(undefined),
    settlingSqsLoader({ client: clients.sqs, clock })(undefined),
    pollingSqsLoader({ client: clients.sqs, clock })(undefined),
    s3Loader({ client: clients.s3, clock })(),
    dynamoDbLoader({ client: clients.dynamodb, clock })(),
  ]);
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
