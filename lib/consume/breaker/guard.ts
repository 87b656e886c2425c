import type { CircuitBreaker } from "../../circuit/index.ts";
import { isFanfareError } from "../../errors/index.ts";
import { BlockedGroups, circuitOpen, classify, type Delivery, type Outcome, type Settled } from "../record/index.ts";
import type { Breaker, HandBack, Pause, Run } from "./breaker.ts";

/**
 * Runs deliveries as the circuit allows: all of them while it is closed, none while it is open, and one after another while this
 * worker probes. The circuit is told how each ended.
 */
export class Guard implements Breaker {
  readonly #circuit: CircuitBreaker;
  /** What the circuit is being told. */
  #telling: Promise<void>[] = [];

  constructor(circuit: CircuitBreaker) {
    this.#circuit = circuit;
  }

  async run(deliveries: readonly Delivery[], run: Run, handBack: HandBack): Promise<readonly Settled[]> {
    const permission = await this.#circuit.permission();
    const groups = new BlockedGroups();
    const probes = permission.kind === "probe" ? await this.#probe(deliveries, groups, run, handBack) : [];
    const rest = deliveries.slice(probes.length);
    const pause = permission.kind === "open" ? permission : this.#circuit.openNow();
    const outcomeOf = (delivery: Delivery): Outcome | undefined =>
      groups.outcomeOf(delivery) ?? (pause === undefined ? undefined : circuitOpen(pause.until));
    const settled = await Promise.all([
      ...rest.flatMap((delivery) => {
        const outcome = outcomeOf(delivery);
        return outcome === undefined ? [] : [handBack(delivery, outcome)];
      }),
      run(rest.filter((delivery) => outcomeOf(delivery) === undefined)),
    ]);
    await this.#told();
    return [...probes, ...settled.flat()];
  }

  settled(outcome: Outcome): void {
    if (outcome.kind === "done") {
      this.#telling.push(this.#circuit.succeeded());
    } else if (looksLikeOutage(outcome)) {
      this.#telling.push(this.#circuit.failed());
    }
  }

  openNow(): Pause | undefined {
    return this.#circuit.openNow();
  }

  paused(): Promise<Pause | undefined> {
    return this.#circuit.paused();
  }

  /** Runs deliveries one by one, until one of them decides whether the circuit closes or opens again. */
  async #probe(
    deliveries: readonly Delivery[],
    groups: BlockedGroups,
    run: Run,
    handBack: HandBack,
  ): Promise<readonly Settled[]> {
    const probes: Settled[] = [];
    for (const delivery of deliveries) {
      if (!this.#circuit.probing) {
        break;
      }
      const blocked = groups.outcomeOf(delivery);
      const settled = blocked === undefined ? await run([delivery]) : [await handBack(delivery, blocked)];
      for (const each of settled) {
        groups.note(each);
        probes.push(each);
      }
      await this.#told();
    }
    await this.#circuit.undecided();
    return probes;
  }

  async #told(): Promise<void> {
    await Promise.all(this.#telling.splice(0));
  }
}

/**
 * Only what the outage of a dependency looks like counts, whether the message is retried or was at its last attempt. Poison does
 * not, wherever it ends up, nor do messages that were never tried or whose event another worker is handling.
 */
function looksLikeOutage(outcome: Outcome): boolean {
  if (outcome.kind !== "retry" && outcome.kind !== "deadLettered") {
    return false;
  }
  if (outcome.kind === "retry" && outcome.cause !== "handler" && outcome.cause !== "dependency") {
    return false;
  }
  const { error } = outcome;
  if (isFanfareError(error, "CircuitOpen") || isFanfareError(error, "DeadlineTooClose")) {
    return false;
  }
  return classify(error, "handler").kind === "retry";
}
