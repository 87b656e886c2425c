import type { Random } from "./random.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** The faults that the simulator injects. */
export const FAULT_KINDS = [
  /** An SDK call is refused with a throttling error, before it has an effect. */
  "throttle",
  /** An SDK call fails with HTTP 500 or 503, before it has an effect. */
  "serverError",
  /** An SDK call has its effect, and its response never arrives. */
  "lostAnswer",
  /** An SDK call takes seconds. */
  "slow",
  /** An SDK call arrives up to a minute later: it may have its effect after its caller has given it up or crashed. */
  "lateArrival",
  /** Some entries or statements of a batch fail, the others succeed. */
  "partialFailure",
  /** A worker or publisher crashes: before or after a call has its effect, or in the middle of a handler. */
  "crash",
  /** A poller's process stands still for up to minutes and then continues, as a paused machine does. */
  "stall",
  /** SNS delivers a message twice (standard queues). */
  "duplicateDelivery",
  /** SNS delivers a message late, and on standard queues behind later ones. */
  "lateDelivery",
  /** Messages are received, and the response does not reach the poller: they are redelivered after the visibility timeout. */
  "lostReceive",
  /** Lambda fails to delete messages that the function reported as done. */
  "failedDelete",
] as const;

export type FaultKind = (typeof FAULT_KINDS)[number];

/** The probability of each kind of fault, from 0 to 1, wherever it can occur. */
export type FaultRates = Readonly<Record<FaultKind, number>>;

/** The number of injected faults of each kind. */
export type FaultCounts = Record<FaultKind, number>;

/** The rates that `simulate` starts from. Each run turns some kinds off and others up. */
export const DEFAULT_FAULTS: FaultRates = {
  throttle: 0.03,
  serverError: 0.02,
  lostAnswer: 0.05,
  slow: 0.03,
  lateArrival: 0.01,
  partialFailure: 0.08,
  crash: 0.01,
  stall: 0.01,
  duplicateDelivery: 0.15,
  lateDelivery: 0.1,
  lostReceive: 0.03,
  failedDelete: 0.05,
};

/** How much more frequent a kind of fault is in a storm. */
const STORM = 10;

/** The highest rate: some calls must succeed, or a run shows nothing but an outage. */
const MAX_RATE = 0.6;

/** What every part of a run that draws faults needs. */
export interface FaultyPart {
  readonly virtual: VirtualClock;
  readonly faults: Faults;
  readonly random: Random;
}

/** Counts of zero. */
export function noFaults(): FaultCounts {
  return Object.fromEntries(FAULT_KINDS.map((kind) => [kind, 0])) as FaultCounts;
}

/** Decides when faults occur in one run, and counts them. */
export class Faults {
  readonly counts = noFaults();
  readonly #random: Random;
  readonly #rates: FaultRates;
  #ended = false;

  /**
   * Draws the rates of this run: about a third of the kinds are off, the others up to three times as frequent as given, and in every
   * third run one kind is a storm. Runs in which few kinds are frequent find more than runs in which all are rare
   * (Groce et al., "Swarm testing", 2012).
   */
  constructor(rates: FaultRates, random: Random) {
    this.#random = random;
    const storm = random.chance(0.33) ? random.pick(FAULT_KINDS) : undefined;
    const drawn = FAULT_KINDS.map((kind) => {
      const factor = kind === storm ? STORM : random.chance(0.35) ? 0 : 3 * random.next();
      return [kind, Math.min(MAX_RATE, rates[kind] * factor)];
    });
    this.#rates = Object.fromEntries(drawn) as FaultRates;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether a fault of this kind occurs here. It is counted. */
  occurs(kind: FaultKind): boolean {
    if (this.#ended || !this.#random.chance(this.#rates[kind])) {
      return false;
    }
    this.counts[kind] += 1;
    return true;
  }

  /** Ends all faults: from now on the system must recover. */
  end(): void {
    this.#ended = true;
  }
}
