import type { MoveOptions, MoveProgress } from "../move/index.ts";

/** How a canary redrive goes on. */
export interface CanaryOptions extends MoveOptions {
  /** Letters at most. @default all that match */
  readonly limit?: number | undefined;
  /** Seconds that a step is watched at most, until its letters are processed or back. @default 120 */
  readonly settleSeconds?: number | undefined;
  /** Seconds for which the subscriber's queue must be empty until its letters count as settled. @default 5 */
  readonly quietSeconds?: number | undefined;
}

/** One step of a canary redrive: so many letters, and what became of them. */
export interface CanaryStep {
  /** `moving` and `watching`: it is under way. `passed`: the next step follows. `stopped`: nothing more is moved. */
  readonly state: "moving" | "watching" | "passed" | "stopped";
  /** Letters that it moves at most; `undefined` for all that are left. */
  readonly size: number | undefined;
  readonly moved: number;
  /** Letters whose events the idempotency table says are done. Always 0 without a table: there, what is not back counts as good. */
  readonly processed: number;
  /** Letters that are in the dead-letter queue again. */
  readonly back: number;
  /** Letters of which nothing is known yet. */
  readonly open: number;
  /** Why letters came back, the most frequent first. */
  readonly causes: readonly CanaryCause[];
}

/** A cause for which letters came back. */
export interface CanaryCause {
  readonly fingerprint: string;
  readonly error: string;
  readonly message: string;
  readonly count: number;
}

/** Where a canary redrive stands. */
export interface CanaryProgress extends MoveProgress {
  readonly steps: readonly CanaryStep[];
  /** Why it stopped by itself, and what to do; `undefined` while all is well. */
  readonly stopped: string | undefined;
}
