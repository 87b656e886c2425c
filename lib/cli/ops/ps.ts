import { setTimeout as delay } from "node:timers/promises";
import { type FleetSnapshot, type SubscriberStatus, snapshotOf } from "../../ops/index.ts";
import { connectTo } from "./connect.ts";
import { waitingFor } from "./progress.ts";
import type { PlaceOptions, Surroundings } from "./surroundings.ts";
import { tableText } from "./table.ts";
import { durationText, numberText } from "./text.ts";

/** Options of `fanfare ps`. */
export interface PsOptions extends PlaceOptions {
  readonly watch?: boolean | undefined;
  readonly json?: boolean | undefined;
}

const WATCH_MS = 2_000;

/** Shows what belongs together, with counts, ages, drain times and warnings. Reads only. */
export async function ps(options: PsOptions, surroundings: Surroundings): Promise<void> {
  const { terminal, signal } = surroundings;
  const { cloud, fleet: find } = connectTo(options, surroundings);
  let previous: FleetSnapshot | undefined;
  do {
    const fleet = await find();
    const snapshot = await waitingFor(surroundings, "counting messages", () => snapshotOf(cloud, fleet, previous));
    if (options.json === true) {
      terminal.out(JSON.stringify({ ...snapshot, source: fleet.source, notes: fleet.notes, missing: fleet.missing }));
    } else {
      terminal.out(
        snapshot.subscribers.length === 0
          ? "no queues with a consumer or a dead-letter queue here"
          : text(snapshot, terminal.columns),
      );
      for (const note of [...fleet.notes, ...fleet.missing.map(({ name }) => `${name}: its queue does not exist`)]) {
        terminal.err(note);
      }
    }
    previous = snapshot;
    if (options.watch === true) {
      await delay(WATCH_MS, undefined, { signal }).catch(() => undefined);
    }
  } while (options.watch === true && !signal.aborted);
}

function text({ subscribers }: FleetSnapshot, columns: number | undefined): string {
  return tableText(
    ["subscriber", "waiting", "in flight", "oldest", "empty in", "dead", "undelivered", "look at"],
    subscribers.map((status) => [
      status.name,
      numberText(status.queue.visible + status.queue.delayed),
      numberText(status.queue.inFlight),
      durationText(status.oldestSeconds),
      durationText(status.drainSeconds),
      countText(status.deadLetters),
      countText(status.undelivered),
      status.warnings.join("\n"),
    ]),
    columns,
  );
}

function countText(counts: SubscriberStatus["deadLetters"]): string {
  return counts === undefined ? "-" : numberText(counts.visible + counts.inFlight + counts.delayed);
}
