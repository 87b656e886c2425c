import { Semaphore } from "../../std/index.ts";
import { CLAIM_BATCH } from "../claim/index.ts";
import type { Delivery, Execution, Outcome, Settled } from "../record/index.ts";
import type { Gate } from "./gate.ts";
import { execute, prepare, type Steps } from "./steps.ts";

/** Chunks of {@link CLAIM_BATCH} deliveries that wait for handlers with their claims made: enough to hide the store's latency. */
const CHUNKS_AHEAD = 8;

/** As many where nothing is claimed: what is decoded early only takes memory. */
const CHUNKS_AHEAD_UNCLAIMED = 1;

/** Runs the deliveries of a standard queue side by side, a handler per slot. Claims are made ahead, a chunk per store call. */
export async function runStandard(
  deliveries: readonly Delivery[],
  steps: Steps,
  slots: Semaphore,
): Promise<readonly Settled[]> {
  const ahead = new Semaphore(steps.claims === undefined ? CHUNKS_AHEAD_UNCLAIMED : CHUNKS_AHEAD);
  const executed: Promise<Execution>[] = [];
  const settled: Promise<Settled>[] = [];
  const starting = new Set(deliveries.slice(0, slots.free));
  for (let at = 0; at < deliveries.length; at += CLAIM_BATCH) {
    await ahead.acquire();
    const chunk = deliveries.slice(at, at + CLAIM_BATCH);
    let waiting = chunk.length;
    const onStarted = () => {
      waiting -= 1;
      if (waiting === 0) {
        ahead.release();
      }
    };
    for (const delivery of chunk) {
      const slot = new Slot(slots, steps.gate, onStarted);
      const execution = run(delivery, steps, slot, starting.has(delivery));
      executed.push(execution);
      settled.push(execution.then((each) => steps.settlement.settle(each)));
    }
  }
  await Promise.all(executed);
  steps.settlement.hurry();
  return await Promise.all(settled);
}

/** The way of one delivery to the outcome that it asks for. Settling it needs no slot. */
async function run(delivery: Delivery, steps: Steps, slot: Slot, startsNow: boolean): Promise<Execution> {
  try {
    const prepared = await prepare(delivery, steps, startsNow, () => slot.admit());
    if (prepared.kind === "ready") {
      await slot.enter();
    }
    return await execute(prepared, steps);
  } finally {
    slot.leave();
  }
}

/** A delivery's place among the handlers that run at once. */
class Slot {
  readonly #slots: Semaphore;
  readonly #gate: Gate;
  readonly #onStarted: () => void;
  #started = false;
  #held = false;

  /** @param onStarted called once, when the delivery no longer waits for a handler */
  constructor(slots: Semaphore, gate: Gate, onStarted: () => void) {
    this.#slots = slots;
    this.#gate = gate;
    this.#onStarted = onStarted;
  }

  /** Waits for the slot, and returns why no handler may be started now, if so. */
  async admit(): Promise<Outcome | undefined> {
    await this.enter();
    return this.#gate.closed();
  }

  /** Waits for the slot, once. */
  async enter(): Promise<void> {
    if (!this.#held) {
      await this.#slots.acquire();
      this.#held = true;
    }
    this.#start();
  }

  leave(): void {
    this.#start();
    if (this.#held) {
      this.#slots.release();
    }
  }

  #start(): void {
    if (!this.#started) {
      this.#started = true;
      this.#onStarted();
    }
  }
}
