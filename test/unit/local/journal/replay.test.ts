import { statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { copyOfData, newFolder, open, stateOf, TestClock } from "./support.ts";
import { Actor, setUp, steps } from "./workload.ts";

/** A page of 4,096 bytes and its header in SQLite's write-ahead log. Source: SQLite, "WAL-mode File Format". */
const SMALLEST_TRANSACTION_BYTES = 4_096 + 24;

test("wherever the process dies, the state of all that had been written comes back", () => {
  fc.assert(
    fc.property(steps, fc.nat(), fc.nat(), (sequence, where, torn) => {
      const folder = newFolder();
      try {
        const clock = new TestClock();
        const data = join(folder.path, "data");
        const engine = open(data, clock);
        setUp(engine);
        const actor = new Actor(engine, clock);
        const log = "journal.sqlite-wal";
        const momentNow = () => ({ logBytes: statSync(join(data, log)).size, at: clock.now, state: stateOf(engine) });
        const moments = [momentNow()];
        for (const step of sequence) {
          actor.act(step);
          moments.push(momentNow());
        }
        const chosen = where % moments.length;
        const moment = moments[chosen];
        if (moment === undefined) {
          return;
        }
        const next = moments.slice(chosen + 1).find(({ logBytes }) => logBytes > moment.logBytes);
        // A part of the next transaction may be there. One step is at least one transaction of at least one page.
        const more = next === undefined ? 0 : torn % SMALLEST_TRANSACTION_BYTES;
        const killed = copyOfData(data, join(folder.path, "killed"));
        truncateSync(join(killed, log), moment.logBytes + more);
        const at = new TestClock();
        at.now = moment.at;
        const restored = open(killed, at);
        expect(stateOf(restored)).toEqual(moment.state);
        restored.close();
        engine.close();
      } finally {
        folder.remove();
      }
    }),
    { numRuns: 60 },
  );
}, 30_000);

test("with snapshots in between, what comes back goes on as the original does", () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const folder = newFolder();
      try {
        const clock = new TestClock();
        const engine = open(join(folder.path, "data"), clock, { compactAfterBytes: 2_000 });
        setUp(engine);
        const actor = new Actor(engine, clock);
        for (const step of before) {
          actor.act(step);
        }
        engine.compact();
        for (const step of after) {
          actor.act(step);
        }
        const restored = open(copyOfData(join(folder.path, "data"), join(folder.path, "killed")), clock);
        expect(stateOf(restored)).toEqual(stateOf(engine));
        restored.close();
        // Closed, it starts from its snapshot alone.
        const again = open(join(folder.path, "killed"), clock);
        expect(again.journalBytes).toBe(0);
        expect(stateOf(again)).toEqual(stateOf(engine));
        again.close();
        engine.close();
      } finally {
        folder.remove();
      }
    }),
    { numRuns: 60 },
  );
}, 30_000);
