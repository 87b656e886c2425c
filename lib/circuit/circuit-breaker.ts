import type { Clock } from "../clock/index.ts";
import { FanfareError, numberInRange } from "../errors/index.ts";
import { withDeadline } from "../std/index.ts";
import type { CircuitRecord, CircuitStore } from "./circuit-store.ts";
import type { CircuitBreakerOptions, CircuitListener, Permission } from "./options.ts";

/** Milliseconds that a worker has for its probe before another worker may probe. */
const PROBE_MS = 30_000;

/** Milliseconds that one call to the store may take. Handlers wait for it. */
const STORE_MS = 1_000;

/** Maximum number of attempts to close the circuit while other workers change it. */
const CLOSE_ATTEMPTS = 3;

/**
 * Keeps a consumer from using up receives while a dependency of its handlers is down. The state is shared through a store, so
 * that a hundred workers learn of an outage from the first one. When the store itself cannot be reached, the circuit counts as
 * closed, except during a pause that is already known, and the store is not called for the refresh time: it must not cause an
 * outage itself.
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
  /** After a failed call, the store is not called before then. */
  #askAgainAt = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #probing = false;
  /** The record that this worker wrote when it took the probe. It pauses the other workers, not this one. */
  #lease: CircuitRecord | undefined;
  /** Number of this worker's writes that the store accepted. */
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

  /** Called before a batch is handled. Never throws. */
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

  /** The pause in which nothing is to be received, if any. Unlike {@link permission} it never takes the probe. Never throws. */
  async paused(): Promise<(Permission & { kind: "open" }) | undefined> {
    const now = this.#clock.now();
    if (now >= this.#askAgainAt && now - this.#readAt >= this.#refreshMs) {
      await this.#read().catch((error: unknown) => this.#unavailable(error));
    }
    const until = this.#known?.openUntil ?? 0;
    return until > this.#clock.now() ? { kind: "open", until } : undefined;
  }

  /** Whether this worker holds the probe and its result is not known yet. */
  get probing(): boolean {
    return this.#probing;
  }

  /** The pause that has begun since permission was given, if any: what has not been started is to be redelivered. */
  openNow(): (Permission & { kind: "open" }) | undefined {
    const until = this.#known?.openUntil ?? 0;
    return until > this.#clock.now() && !this.#probing ? { kind: "open", until } : undefined;
  }

  /** Called when an event was handled. */
  async succeeded(): Promise<void> {
    this.#failures = 0;
    if (!this.#probing) {
      return;
    }
    this.#probing = false;
    const lease = this.#lease;
    await this.#change(async () => {
      for (let attempt = 1; attempt <= CLOSE_ATTEMPTS; attempt++) {
        const seen = this.#known;
        // Closed, or opened again by a later failure. Another worker's lease does not invalidate what this probe has shown:
        // where handlers take longer than a lease, there is always one.
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

  /** Called when the events of a probe have shown nothing, for instance because they were invalid. The next worker may probe at once. */
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

  /** Called when an event failed for a reason that may concern all events. */
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
      // Another event of this worker has opened it already.
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
    // The pause is over. One worker takes the probe by pausing the others while it lasts.
    const lease = { ...known, generation: known.generation + 1, openUntil: now + PROBE_MS };
    if (await this.#replace(lease, known)) {
      this.#probing = true;
      this.#lease = lease;
      return { kind: "probe" };
    }
    // Another worker was first: it probes, or has closed the circuit already.
    const current = this.#known;
    if (current === undefined || current.opened === 0) {
      return { kind: "closed" };
    }
    return { kind: "open", until: Math.max(current.openUntil, now + 1_000) };
  }

  async #read(): Promise<void> {
    const writes = this.#writes;
    const seen = await this.#inTime(() => this.#store.read(this.#name));
    // A read during a write may have returned the state before the write. Using it would lose the result of a probe.
    if (writes !== this.#writes) {
      return;
    }
    this.#known = seen;
    this.#readAt = this.#clock.now();
  }

  async #replace(record: CircuitRecord, seen: CircuitRecord | undefined): Promise<boolean> {
    if (await this.#inTime(() => this.#store.replace(this.#name, record, seen?.generation))) {
      this.#writes += 1;
      this.#known = record;
      this.#readAt = this.#clock.now();
      return true;
    }
    await this.#read();
    return false;
  }

  /** Makes one change at a time. Never throws. */
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

  #inTime<Result>(call: () => Promise<Result>): Promise<Result> {
    const late = () => new FanfareError("StoreUnavailable", `the circuit store did not respond within ${STORE_MS} ms`);
    return withDeadline(this.#clock, this.#clock.now() + STORE_MS, late, call);
  }
}
