import type { Clock } from "../clock/index.ts";
import { FanfareError, numberInRange } from "../errors/index.ts";
import type { CircuitRecord, CircuitStore } from "./circuit-store.ts";

/** How a circuit behaves. */
export interface CircuitBreakerOptions {
  /** Failures in a row, across records of this worker, after which it opens. @default 10 */
  readonly failureThreshold?: number;
  /** Seconds of the first pause; each further one in a row is twice as long. @default 30 */
  readonly openSeconds?: number;
  /** Seconds of the longest pause. @default 900 */
  readonly maxOpenSeconds?: number;
  /** Seconds for which a worker believes what it has read of the shared state. @default 5 */
  readonly refreshSeconds?: number;
}

/** Whether records may be handled now. */
export type Permission =
  | { readonly kind: "closed" }
  /** This worker may try records one by one: the first that succeeds or fails decides for everybody. */
  | { readonly kind: "probe" }
  /** Hand everything back until then (milliseconds since the epoch). */
  | { readonly kind: "open"; readonly until: number };

/** Told when the circuit changes, for the log. */
export interface CircuitListener {
  opened(seconds: number, failures: number): void;
  closed(): void;
  unavailable(error: unknown): void;
}

/** Milliseconds that a worker has for its probe, before another may. */
const PROBE_MS = 30_000;

/** Milliseconds that one call to the store may take: handlers wait for it. */
const STORE_MS = 1_000;

/** Tries to close the circuit when others change it in the same moment. */
const CLOSE_TRIES = 3;

/**
 * Stops a consumer from burning receives while what its handlers depend on is down. The state is shared through a store, so
 * that a hundred workers learn of an outage from the first one. When the store itself cannot be reached, the circuit counts as
 * closed, but for a pause that is known already, and the store is left alone for the refresh time: it must not become an
 * outage of its own.
 */
export class CircuitBreaker {
  readonly #name: string;
  readonly #store: CircuitStore;
  readonly #clock: Clock;
  readonly #listener: CircuitListener;
  readonly #threshold: number;
  readonly #openMs: number;
  readonly #maxOpenMs: number;
  readonly #refreshMs: number;
  #known: CircuitRecord | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  /** After a call that failed, the store is not asked before then. */
  #askAgainAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #probing = false;
  /** The record that this worker wrote itself when it took the probe: it pauses the others, not this one. */
  #lease: CircuitRecord | undefined;
  /** Writes of this worker that the store took. */
  #writes = 0;
  #changing: Promise<void> = Promise.resolve();

  /** @throws FanfareError `ConfigurationInvalid` for options out of range */
  constructor(
    name: string,
    store: CircuitStore,
    clock: Clock,
    listener: CircuitListener,
    options: CircuitBreakerOptions,
  ) {
    this.#name = name;
    this.#store = store;
    this.#clock = clock;
    this.#listener = listener;
    const { failureThreshold = 10, openSeconds = 30, maxOpenSeconds = 900, refreshSeconds = 5 } = options;
    this.#threshold = numberInRange("circuitBreaker.failureThreshold", failureThreshold, 1, 1_000_000);
    this.#openMs = numberInRange("circuitBreaker.openSeconds", openSeconds, 1, 43_200) * 1_000;
    this.#maxOpenMs = numberInRange("circuitBreaker.maxOpenSeconds", maxOpenSeconds, 1, 43_200) * 1_000;
    this.#refreshMs = numberInRange("circuitBreaker.refreshSeconds", refreshSeconds, 0, 3_600) * 1_000;
  }

  /** Asks before a batch of records is handled. Never throws. */
  async permission(): Promise<Permission> {
    if (this.#clock.now() >= this.#askAgainAt) {
      try {
        return await this.#permission();
      } catch (error) {
        this.#unavailable(error);
      }
    }
    return this.openNow() ?? { kind: "closed" };
  }

  /** Asks whether to receive anything at all now. Unlike {@link permission} it never takes the probe. Never throws. */
  async paused(): Promise<(Permission & { kind: "open" }) | undefined> {
    const now = this.#clock.now();
    if (now >= this.#askAgainAt && now - this.#readAt >= this.#refreshMs) {
      await this.#read().catch((error: unknown) => this.#unavailable(error));
    }
    const until = this.#known?.openUntil ?? 0;
    return until > this.#clock.now() ? { kind: "open", until } : undefined;
  }

  /** Whether this worker holds the probe and its outcome is not known yet. */
  get probing(): boolean {
    return this.#probing;
  }

  /** Whether the circuit has opened since permission was given: what has not been started is to be handed back. */
  openNow(): (Permission & { kind: "open" }) | undefined {
    const until = this.#known?.openUntil ?? 0;
    return until > this.#clock.now() && !this.#probing ? { kind: "open", until } : undefined;
  }

  /** Notes that a record was handled. */
  async succeeded(): Promise<void> {
    this.#failures = 0;
    if (!this.#probing) {
      return;
    }
    this.#probing = false;
    const lease = this.#lease;
    await this.#change(async () => {
      for (let tries = 0; tries < CLOSE_TRIES; tries++) {
        const seen = this.#known;
        // Closed, or opened anew by a failure that came later. Another's lease changes nothing of what this probe has shown:
        // where handlers take longer than a lease, there is always another.
        if (seen === undefined || seen.opened === 0 || seen.opened !== lease?.opened) {
          return;
        }
        if (await this.#replace({ generation: seen.generation + 1, openUntil: 0, opened: 0 }, seen)) {
          this.#listener.closed();
          return;
        }
      }
    });
  }

  /** Notes that the records of a probe have shown nothing, as poison does. The next worker may probe at once. */
  async undecided(): Promise<void> {
    if (!this.#probing) {
      return;
    }
    this.#probing = false;
    await this.#change(async () => {
      const seen = this.#known;
      if (seen === undefined || seen.generation !== this.#lease?.generation) {
        return;
      }
      await this.#replace({ ...seen, generation: seen.generation + 1, openUntil: this.#clock.now() }, seen);
    });
  }

  /** Notes that a record failed for a reason that may be everybody's. */
  async failed(): Promise<void> {
    this.#failures += 1;
    if (!this.#probing && this.#failures < this.#threshold) {
      return;
    }
    const failures = this.#failures;
    this.#probing = false;
    this.#failures = 0;
    await this.#change(async () => {
      const seen = this.#known;
      // Another record of this worker has opened it already.
      if (seen !== undefined && seen.openUntil > this.#clock.now() && seen.generation !== this.#lease?.generation) {
        return;
      }
      const opened = (seen?.opened ?? 0) + 1;
      const pause = Math.min(this.#maxOpenMs, this.#openMs * 2 ** Math.min(opened - 1, 20));
      const record = { generation: (seen?.generation ?? 0) + 1, openUntil: this.#clock.now() + pause, opened };
      if (await this.#replace(record, seen)) {
        this.#listener.opened(pause / 1_000, failures);
      }
    });
  }

  async #permission(): Promise<Permission> {
    const now = this.#clock.now();
    if (now - this.#readAt >= this.#refreshMs) {
      await this.#read();
    }
    const known = this.#known;
    if (known === undefined || known.opened === 0) {
      return { kind: "closed" };
    }
    if (known.openUntil > now) {
      return { kind: "open", until: known.openUntil };
    }
    // The pause is over. One worker takes the probe, by pausing the others for its time.
    const lease = { ...known, generation: known.generation + 1, openUntil: now + PROBE_MS };
    if (await this.#replace(lease, known)) {
      this.#probing = true;
      this.#lease = lease;
      return { kind: "probe" };
    }
    // Another was first: it probes, or has closed the circuit already.
    const current = this.#known;
    if (current === undefined || current.opened === 0) {
      return { kind: "closed" };
    }
    return { kind: "open", until: Math.max(current.openUntil, now + 1_000) };
  }

  async #read(): Promise<void> {
    const writes = this.#writes;
    const seen = await this.#inTime(this.#store.read(this.#name));
    // What was read while this worker wrote may be what was there before: to take it for the state would lose a probe's outcome.
    if (writes !== this.#writes) {
      return;
    }
    this.#known = seen;
    this.#readAt = this.#clock.now();
  }

  async #replace(record: CircuitRecord, seen: CircuitRecord | undefined): Promise<boolean> {
    if (await this.#inTime(this.#store.replace(this.#name, record, seen?.generation))) {
      this.#writes += 1;
      this.#known = record;
      this.#readAt = this.#clock.now();
      return true;
    }
    await this.#read();
    return false;
  }

  /** One change at a time, and none of them throws. */
  async #change(change: () => Promise<void>): Promise<void> {
    this.#changing = this.#changing
      .then(async () => {
        if (this.#clock.now() >= this.#askAgainAt) {
          await change();
        }
      })
      .catch((error: unknown) => this.#unavailable(error));
    await this.#changing;
  }

  #unavailable(error: unknown): void {
    this.#askAgainAt = this.#clock.now() + this.#refreshMs;
    this.#listener.unavailable(error);
  }

  async #inTime<Answer>(call: Promise<Answer>): Promise<Answer> {
    let cancel = () => {};
    const late = new Promise<never>((_resolve, reject) => {
      cancel = this.#clock.timer(STORE_MS, () => {
        reject(new FanfareError("StoreUnavailable", `the circuit's state did not arrive in ${STORE_MS} ms`));
      });
    });
    try {
      return await Promise.race([call, late]);
    } finally {
      cancel();
    }
  }
}
