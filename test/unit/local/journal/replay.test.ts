import { truncateSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { copyOfData, newFolder, open, stateOf, TestClock } from "./support.ts";
import { Actor, setUp, steps } from "./workload.ts";

test("wherever the process dies, the state of all that had been written comes back", () => {
  fc.assert(
    fc.property(steps, fc.nat(), fc.nat(), (sequence, where, torn) => {
      const folder = newFolder();
      try {
        const clock = new TestClock();
        const engine = open(join(folder.path, "data"), clock);
        setUp(engine);
        const actor = new Actor(engine, clock);
        const moments = [{ bytes: engine.journalBytes, at: clock.now, state: stateOf(engine) }];
        for (const step of sequence) {
          actor.act(step);
          moments.push({ bytes: engine.journalBytes, at: clock.now, state: stateOf(engine) });
        }
        const chosen = where % moments.length;
        const moment = moments[chosen];
        const next = moments.slice(chosen + 1).find(({ bytes }) => bytes > (moment?.bytes ?? 0));
        if (moment === undefined) return;
        // Of the record after it a part may be there: less than the smallest record, so that it is never a whole one.
        const more = next === undefined ? 0 : torn % (next.bytes - moment.bytes);
        const killed = copyOfData(join(folder.path, "data"), join(folder.path, "killed"));
        truncateSync(join(killed, "journal-0.log"), moment.bytes + Math.min(more, 11));
        const at = new TestClock();
        at.now = moment.at;
        const restored = open(killed, at);
        expect(stateOf(restored)).toEqual(moment.state);
        expect(restored.journalBytes).toBe(moment.bytes);
        restored.close();
        engine.close();
      } finally {
        folder.remove();
      }
    }),
    { numRuns: 60 },
  );
});

test("with snapshots in between, what comes back goes on as the original does", () => {
  fc.assert(
    fc.property(steps, steps, (before, after) => {
      const folder = newFolder();
      try {
        const clock = new TestClock();
        const engine = open(join(folder.path, "data"), clock, { compactAfterBytes: 2_000 });
        setUp(engine);
        const actor = new Actor(engine, clock);
        for (const step of before) actor.act(step);
        engine.compact();
        for (const step of after) actor.act(step);
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
});
