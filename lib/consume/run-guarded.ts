import type { CircuitBreaker } from "../circuit/index.ts";
import { isFanfareError } from "../errors/index.ts";
import type { Fate } from "./fate.ts";
import type { Incoming } from "./incoming.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Run } from "./process.ts";
import type { Note } from "./steps.ts";
import { circuitOpen, verdictOf } from "./verdict.ts";

/**
 * Runs records as the circuit breaker allows: all of them while it is closed, none while it is open, and one after another
 * while this worker probes. Tells the breaker how each ended.
 */
export async function runGuarded(
  breaker: CircuitBreaker,
  run: Run,
  incomings: readonly Incoming[],
  pipeline: Pipeline,
  note: Note,
): Promise<void> {
  const telling: Promise<void>[] = [];
  const listening: Note = (incoming, fate) => {
    note(incoming, fate);
    telling.push(tell(breaker, fate));
  };
  const handBack = async (incoming: Incoming, fate: Fate) => note(incoming, await pipeline.finish(incoming, fate));

  const permission = await breaker.permission();
  const rest = [...incomings];
  const groups = new BlockedGroups();
  while (permission.kind === "probe" && breaker.probing) {
    const next = rest.shift();
    if (next === undefined) break;
    const behind = groups.blockerOf(next);
    if (behind !== undefined) {
      await handBack(next, behind);
      continue;
    }
    await run([next], pipeline, (incoming, fate) => {
      groups.note(incoming, fate);
      listening(incoming, fate);
    });
    await Promise.all(telling);
  }
  if (permission.kind === "probe") await breaker.undecided();

  const open = permission.kind === "open" ? permission : breaker.openNow();
  const free = rest.filter((incoming) => groups.blockerOf(incoming) === undefined);
  await Promise.all([
    ...rest.map(async (incoming) => {
      const behind = groups.blockerOf(incoming);
      if (behind !== undefined) await handBack(incoming, behind);
      else if (open !== undefined) await handBack(incoming, circuitOpen(open.until));
    }),
    open === undefined && free.length > 0 ? run(free, pipeline, listening) : undefined,
  ]);
  await Promise.all(telling);
}

/** FIFO groups of which a record was tried alone and has to come again: what follows it in its group must not overtake it. */
class BlockedGroups {
  readonly #blockers = new Map<string, Fate & { kind: "retry" }>();

  note(incoming: Incoming, fate: Fate): void {
    if (incoming.fifo && fate.kind === "retry") this.#blockers.set(incoming.group, fate);
  }

  /** The fate of a record behind one that comes again, at the same time; `undefined` where there is none. */
  blockerOf(incoming: Incoming): Fate | undefined {
    const blocker = incoming.fifo ? this.#blockers.get(incoming.group) : undefined;
    return blocker === undefined ? undefined : { ...blocker, cause: "group", error: undefined };
  }
}

async function tell(breaker: CircuitBreaker, fate: Fate): Promise<void> {
  if (fate.kind === "done") await breaker.succeeded();
  else if (looksLikeOutage(fate)) await breaker.failed();
}

/**
 * Only what a dependency's outage looks like counts, whether the record is tried again or was at its last try. Not poison,
 * wherever it ends up, and not records that were never tried or that another worker holds.
 */
function looksLikeOutage(fate: Fate): boolean {
  if (fate.kind === "retry" && fate.cause !== "handler" && fate.cause !== "dependency") return false;
  if (fate.kind !== "retry" && fate.kind !== "deadLettered") return false;
  const { error } = fate;
  if (isFanfareError(error) && (error.code === "CircuitOpen" || error.code === "DeadlineTooClose")) return false;
  return verdictOf(error, "handler").kind === "retry";
}
