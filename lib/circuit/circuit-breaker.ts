import type { Clock } from "../clock/index.ts";
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

/**
 * Stops a consumer from burning receives while what its handlers depend on is down. The state is shared through a store, so
 * that a hundred workers learn of an outage from the first one. When the store itself cannot be reached, the circuit counts as
 * closed: it must not become an outage of its own.
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
  #failures = 0;
  #probing = false;
  /** The record that this worker wrote itself when it took the probe: it pauses the others, not this one. */
  #lease: CircuitRecord | undefined;
  #changing: Promise<void> = Promise.resolve();

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
    this.#threshold = options.failureThreshold ?? 10;
    this.#openMs = (options.openSeconds ?? 30) * 1_000;
    this.#maxOpenMs = (options.maxOpenSeconds ?? 900) * 1_000;
    this.#refreshMs = (options.refreshSeconds ?? 5) * 1_000;
  }

  /** Asks before a batch of records is handled. Never throws. */
  async permission(): Promise<Permission> {
    try {
      return await this.#permission();
    } catch (error) {
      this.#listener.unavailable(error);
      return { kind: "closed" };
    }
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
    if (!this.#probing) return;
    this.#probing = false;
    await this.#change(async () => {
      const seen = this.#known;
      if (await this.#replace({ generation: (seen?.generation ?? 0) + 1, openUntil: 0, opened: 0 }, seen))
        this.#listener.closed();
    });
  }

  /** Notes that a record failed for a reason that may be everybody's. */
  async failed(): Promise<void> {
    this.#failures += 1;
    if (!this.#probing && this.#failures < this.#threshold) return;
    const failures = this.#failures;
    this.#probing = false;
    this.#failures = 0;
    await this.#change(async () => {
      const seen = this.#known;
      // Another record of this worker has opened it already.
      if (seen !== undefined && seen.openUntil > this.#clock.now() && seen !== this.#lease) return;
      const opened = (seen?.opened ?? 0) + 1;
      const pause = Math.min(this.#maxOpenMs, this.#openMs * 2 ** Math.min(opened - 1, 20));
      const record = { generation: (seen?.generation ?? 0) + 1, openUntil: this.#clock.now() + pause, opened };
      if (await this.#replace(record, seen)) this.#listener.opened(pause / 1_000, failures);
    });
  }

  async #permission(): Promise<Permission> {
    const now = this.#clock.now();
    if (now - this.#readAt >= this.#refreshMs) await this.#read();
    const known = this.#known;
    if (known === undefined || known.opened === 0) return { kind: "closed" };
    if (known.openUntil > now) return { kind: "open", until: known.openUntil };
    // The pause is over. One worker takes the probe, by pausing the others for its time.
    const lease = { ...known, generation: known.generation + 1, openUntil: now + PROBE_MS };
    if (await this.#replace(lease, known)) {
      this.#probing = true;
      this.#lease = lease;
      return { kind: "probe" };
    }
    return { kind: "open", until: Math.max(this.#known?.openUntil ?? 0, now + 1_000) };
  }

  async #read(): Promise<void> {
    this.#known = await this.#store.read(this.#name);
    this.#readAt = this.#clock.now();
  }

  async #replace(record: CircuitRecord, seen: CircuitRecord | undefined): Promise<boolean> {
    if (await this.#store.replace(this.#name, record, seen?.generation)) {
      this.#known = record;
      this.#readAt = this.#clock.now();
      return true;
    }
    await this.#read();
    return false;
  }

  /** One change at a time, and none of them throws. */
  async #change(change: () => Promise<void>): Promise<void> {
    this.#changing = this.#changing.then(change).catch((error) => this.#listener.unavailable(error));
    await this.#changing;
  }
}
