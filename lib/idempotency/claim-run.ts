import type { Clock } from "../clock/index.ts";
import { type Claimant, claimNew, type Decision, decide, FRESH, type Granted } from "./protocol/index.ts";
import type { ClaimRequest, ClaimResult } from "./store.ts";
import type { IdempotencyTable } from "./table.ts";

/** Maximum number of rounds of write and read. */
const MAX_ROUNDS = 4;

/** What {@link ClaimRun} claims with. */
export interface ClaimRunParts {
  readonly table: IdempotencyTable;
  readonly clock: Clock;
  readonly retentionSeconds: number;
  readonly signal: AbortSignal | undefined;
}

/** A request on its way: the write that may claim its event, and what that write grants. */
interface Attempt {
  readonly claimant: Claimant;
  readonly decision: Extract<Decision, { kind: "write" }>;
}

/** One call of `claim`: writes, reads back what was refused, and writes again what the records then allow. */
export class ClaimRun {
  readonly #parts: ClaimRunParts;
  readonly #results = new Map<string, ClaimResult>();

  constructor(parts: ClaimRunParts) {
    this.#parts = parts;
  }

  /** @param onClaimed called when the first writes are known, if others have to be read back */
  async claim(
    requests: readonly ClaimRequest[],
    onClaimed: ((indexes: readonly number[]) => void) | undefined,
  ): Promise<readonly ClaimResult[]> {
    let open: readonly Attempt[] = requests.map((request) => this.#first(request));
    for (let round = 1; open.length > 0 && round <= MAX_ROUNDS; round++) {
      const refused = await this.#write(open);
      if (round === 1 && refused.length > 0) {
        onClaimed?.(
          requests.flatMap(({ key }, index) => (this.#results.get(key)?.status === "claimed" ? [index] : [])),
        );
      }
      open = refused.length > 0 ? await this.#readBack(refused) : [];
    }
    const now = this.#parts.clock.now();
    // Unresolved after MAX_ROUNDS: another worker is active, so it is reported as in progress.
    return requests.map(({ key }) => this.#results.get(key) ?? { status: "inProgress", until: now });
  }

  #first(request: ClaimRequest): Attempt {
    const claimant = claimantOf(request, this.#parts);
    return { claimant, decision: { kind: "write", write: claimNew(claimant), granted: FRESH } };
  }

  /** Returns the attempts that were refused. */
  async #write(open: readonly Attempt[]): Promise<readonly Attempt[]> {
    const { table, signal } = this.#parts;
    const written = await table.write(
      open.map(({ decision }) => decision.write),
      signal,
    );
    return open.filter(({ claimant, decision }, index) => {
      const result = written[index] ?? { status: "unavailable", error: new Error("no result for the record") };
      if (result.status !== "refused") {
        this.#results.set(claimant.key, result.status === "written" ? resultOf(decision.granted) : result);
      }
      return result.status === "refused";
    });
  }

  /** Reads the records of refused attempts. Returns those whose events may be claimed by another write. */
  async #readBack(refused: readonly Attempt[]): Promise<readonly Attempt[]> {
    const { table, clock, signal } = this.#parts;
    const keys = refused.map(({ claimant }) => claimant.key);
    try {
      const records = await table.read(keys, signal);
      return refused.flatMap((attempt) =>
        this.#next(attempt, decide(records.get(attempt.claimant.key), attempt.claimant, clock.now())),
      );
    } catch (error) {
      for (const key of keys) {
        this.#results.set(key, { status: "unavailable", error });
      }
      return [];
    }
  }

  #next({ claimant, decision: earlier }: Attempt, decision: Decision): readonly Attempt[] {
    switch (decision.kind) {
      case "write":
        return [{ claimant, decision }];
      case "own":
        // What the earlier write was granted: it was accepted, but its response was lost.
        this.#results.set(claimant.key, resultOf(earlier.write.kind === "insert" ? decision.granted : earlier.granted));
        return [];
      default:
        this.#results.set(
          claimant.key,
          decision.kind === "done"
            ? { status: "done", digest: decision.digest }
            : { status: "inProgress", until: decision.until },
        );
        return [];
    }
  }
}

/** Who claims an event, by which record. */
export function claimantOf(
  request: ClaimRequest,
  { clock, retentionSeconds }: Pick<ClaimRunParts, "clock" | "retentionSeconds">,
): Claimant {
  return {
    key: request.key,
    owner: request.owner,
    leaseUntil: Math.ceil(request.leaseUntil),
    expiresAt: Math.ceil(clock.now() / 1_000) + retentionSeconds,
    startsNow: request.startsNow ?? false,
    letterOf: request.letterOf,
    digest: request.digest,
  };
}

/** What is as usual is left out: most claims are of new events. */
function resultOf({ tries, interrupted, outcomeUnknown }: Granted): ClaimResult {
  const counted = tries === 0 ? {} : { tries };
  return outcomeUnknown
    ? { status: "outcomeUnknown", ...counted }
    : { status: "claimed", ...counted, ...(interrupted ? { interrupted } : {}) };
}
