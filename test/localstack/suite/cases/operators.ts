import { deepEqual, equal } from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  archiveLetters,
  archivePlace,
  type Cloud,
  correctionOf,
  type DeadLetterTarget,
  type Letter,
  moveLetters,
  readLetters,
  resendCorrected,
  restoreLetters,
  surveyLetters,
} from "../../../../lib/ops/index.ts";
import type { Case } from "../case.ts";
import { holds, inWard } from "../support/ward.ts";

/** What operators' tools do, through the API of the target alone. */
export const operatorCases: readonly Case[] = [
  {
    name: "operators: dead letters are grouped, and given back",
    run: async (trial) =>
      await inWard(trial, async ({ cloud, target }) => {
        for (let time = 0; time < 2; time++) {
          const { groups, seen } = await surveyLetters(cloud, target);
          deepEqual([seen, groups.map(({ count, kind }) => [count, kind])], [3, [[3, "moved by SQS"]]]);
        }
      }),
  },
  {
    name: "operators: a redrive moves what was chosen, and leaves the rest",
    run: async (trial) =>
      await inWard(trial, async ({ cloud, target, queueUrl, deadUrl }) => {
        const done = await moved(moveLetters(cloud, target, { ids: ["event-1", "event-2"] }, { leaseSeconds: 2 }));
        equal(done, 2);
        await holds(trial, queueUrl, 2);
        await holds(trial, deadUrl, 1);
      }),
  },
  {
    name: "operators: archived dead letters are restored",
    run: async (trial) =>
      await inWard(trial, async ({ cloud, target, deadUrl }) => {
        const folder = mkdtempSync(join(tmpdir(), "fanfare-operators-"));
        const place = archivePlace(cloud, join(folder, "letters.ndjson"));
        equal(await lastOf(archiveLetters(cloud, target, { all: true }, place)), 3);
        await holds(trial, deadUrl, 0);
        equal(await lastOf(restoreLetters(cloud, target, place, { filter: { ids: ["event-2"] } })), 1);
        await holds(trial, deadUrl, 1);
        rmSync(folder, { recursive: true });
      }),
  },
  {
    name: "operators: an edited dead letter is a new event that names the original",
    run: async (trial) =>
      await inWard(trial, async ({ cloud, target, queueUrl, deadUrl }) => {
        const folder = mkdtempSync(join(tmpdir(), "fanfare-operators-"));
        const letter = await letterOf(cloud, target, "event-3");
        const text = letter.body.replace('"note":3', '"note":33');
        const correction = correctionOf(letter, text, target.subscriber);
        equal(correction.envelope.causationid, "event-3");
        await resendCorrected(cloud, target, letter, correction, archivePlace(cloud, join(folder, "letters.ndjson")));
        await holds(trial, queueUrl, 1);
        await holds(trial, deadUrl, 2);
        rmSync(folder, { recursive: true });
      }),
  },
];

async function letterOf(cloud: Cloud, target: DeadLetterTarget, eventId: string): Promise<Letter> {
  for await (const letters of readLetters(cloud, target)) {
    const found = letters.find(({ event }) => event?.id === eventId);
    if (found !== undefined) {
      return found;
    }
  }
  throw new Error(`${eventId} is not in ${target.queue.name}`);
}

async function lastOf(progress: AsyncGenerator<number>): Promise<number> {
  let last = 0;
  for await (last of progress) {
    // The last number counts.
  }
  return last;
}

async function moved(progress: ReturnType<typeof moveLetters>): Promise<number> {
  let count = 0;
  for await (const each of progress) {
    count = each.moved;
  }
  return count;
}
