import { nextTurn } from "../../clock/index.ts";
import { Semaphore } from "../../std/index.ts";
import { CLAIM_BATCH } from "../claim/index.ts";
import type { Delivery, Outcome, Settled } from "../record/index.ts";
import type { Gate } from "./gate.ts";
import { Handling } from "./handling.ts";
import { executeAll } from "./several.ts";
import { prepare, type Steps } from "./steps.ts";

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
  const settled: Promise<Settled>[] = [];
  const starting = new Set(deliveries.slice(0, slots.free));
  const handling = new Handling(steps.settlement);
  for (let at = 0; at < deliveries.length; at += CLAIM_BATCH) {
    await ahead.acquire();
    if (at > 0 && steps.claims !== undefined) {
      // The claims of the chunk before are sent now, not after all the chunks that fit ahead have been decoded.
      await nextTurn(steps.clock);
    }
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
      settled.push(run(delivery, steps, slot, starting.has(delivery), handling));
    }
  }
  handling.allBegun();
  return await Promise.all(settled);
}

/** The way of one delivery. Settling it needs no slot. */
async function run(
  delivery: Delivery,
  steps: Steps,
  slot: Slot,
  startsNow: boolean,
  handling: Handling,
): Promise<Settled> {
  const prepared = await prepare(delivery, steps, startsNow, () => slot.admit());
  const isHandled = prepared.kind === "ready" || prepared.kind === "several";
  if (isHandled) {
    handling.begin();
    await slot.enter();
    slot.start();
  }
  const execution = await executeAll(prepared, steps);
  slot.leave();
  const settled = steps.settlement.settle(execution);
  if (isHandled) {
    handling.end();
  }
  return await settled;
}

/** A delivery's place among the handlers that run at once. */
class Slot {
  readonly #slots: Semaphore;
  readonly #gate: Gate;
  readonly #onStarted: () => void;
  #started = false;
  #entered: Promise<void> | undefined;

  /** @param onStarted called once, when the delivery no longer waits for a handler */
  constructor(slots: Semaphore, gate: Gate, onStarted: () => void) {
    this.#slots = slots;
    this.#gate = gate;
    this.#onStarted = onStarted;
  }

  /** Waits for the slot, and returns why no handler may be started now, if so. */
  async admit(): Promise<Outcome | undefined> {
    await this.enter();
    this.start();
    return this.#gate.closed();
  }

  /** Resolves when the delivery has the slot. */
  enter(): Promise<void> {
    this.#entered ??= this.#slots.acquire();
    return this.#entered;
  }

  leave(): void {
    this.start();
    if (this.#entered !== undefined) {
      this.#slots.release();
    }
  }

  /** From now on the delivery does not wait for a handler. */
  start(): void {
    if (!this.#started) {
      this.#started = true;
      this.#onStarted();
    }
  }
}
