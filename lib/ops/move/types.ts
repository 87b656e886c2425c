import type { DeadLetterTarget, FleetQueue } from "../fleet/index.ts";
import type { LetterFilter, LetterGroup } from "../letters/index.ts";

/** What a redrive would do. */
export interface MovePlan {
  readonly from: DeadLetterTarget;
  /** The subscriber's queue. */
  readonly to: FleetQueue;
  readonly filter: LetterFilter;
  /** Letters seen that match. */
  readonly matching: number;
  /** Letters that match, as far as those that were seen stand for the rest: of FIFO groups only the heads can be seen. */
  readonly estimated: number;
  readonly groups: readonly LetterGroup[];
  /** Letters seen, and letters that SQS counts approximately. */
  readonly seen: number;
  readonly approximate: number;
  readonly complete: boolean;
  /** Letters per second; `undefined`: as fast as it goes. */
  readonly rate: number | undefined;
  /** Seconds that it takes at that rate; without a rate at 100 per second. */
  readonly seconds: number;
  /** Seconds until the first matching letter expires, by the times of SQS. */
  readonly retentionLeftSeconds: number | undefined;
}

/** How letters are moved. */
export interface MoveOptions {
  /** Letters per second at most. @default no limit */
  readonly rate?: number | undefined;
  /** File in which every step is written before the next, so that the same file continues after a crash. @default none */
  readonly journal?: string | undefined;
  /** Seconds after which letters that this process held are there again if it disappears. @default 60 */
  readonly leaseSeconds?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Where a move stands. */
export interface MoveProgress {
  /** Letters that are in the destination and no longer in the dead-letter queue. */
  readonly moved: number;
  /** Letters that the filter left. */
  readonly skipped: number;
  /** Letters that the destination refused: they stay. */
  readonly failed: number;
  /** Letters that were moved and came back: they stay. */
  readonly returned: number;
  /** Other letters that arrived after the move began: they stay. */
  readonly late: number;
  /** Letters per second so far. */
  readonly rate: number;
  /** Why the last one was refused. */
  readonly problem: string | undefined;
  readonly done: boolean;
  /** Letters moved since the previous progress. */
  readonly latest: readonly MovedLetter[];
}

/** A letter that was moved. */
export interface MovedLetter {
  readonly messageId: string;
  readonly fingerprint: string;
  readonly event: { readonly id: string; readonly source: string; readonly type: string } | undefined;
  /** What it has in common with itself when it comes back. */
  readonly identity: string;
}
