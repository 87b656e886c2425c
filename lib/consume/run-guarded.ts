import type { CircuitBreaker } from "../circuit/index.ts";
import type { Fate } from "./fate.ts";
import type { Incoming } from "./incoming.ts";
import type { Pipeline } from "./pipeline.ts";
import type { Run } from "./process.ts";
import type { Note } from "./steps.ts";
import { circuitOpen } from "./verdict.ts";

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
  let rest = incomings;
  const permission = await breaker.permission();
  while (permission.kind === "probe" && breaker.probing && rest.length > 0) {
    await run(rest.slice(0, 1), pipeline, listening);
    await Promise.all(telling);
    rest = rest.slice(1);
  }
  const open = permission.kind === "open" ? permission : breaker.openNow();
  if (open === undefined) await run(rest, pipeline, listening);
  else
    await Promise.all(
      rest.map(async (incoming) => note(incoming, await pipeline.finish(incoming, circuitOpen(open.until)))),
    );
  await Promise.all(telling);
}

/** Only what a dependency's outage looks like counts: not poison, not records that another worker holds. */
async function tell(breaker: CircuitBreaker, fate: Fate): Promise<void> {
  if (fate.kind === "done") await breaker.succeeded();
  else if (fate.kind === "retry" && (fate.cause === "handler" || fate.cause === "dependency")) await breaker.failed();
}
