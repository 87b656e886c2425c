import { deepEqual, equal } from "node:assert/strict";
import type { Case } from "../case.ts";
import { readSteps } from "../support/effects.ts";
import { eventually } from "../support/eventually.ts";
import { take } from "../support/queues.ts";
import { note, type Trial } from "../trial.ts";

/** Order within a group, whatever happens to one of its messages. */
export const fifoCases: readonly Case[] = [
  {
    name: "FIFO batches: groups in order, although one of their events fails twice",
    spoiltBy: ["fifo-order-after-visibility-change", "cloudformation-makes-fifo-topics-standard"],
    run: async (trial) => {
      const subjects = ["a", "b", "c"].map((name) => trial.unique(`group-${name}`));
      const steps = [0, 1, 2, 3, 4, 5, 6, 7];
      // In turn, so that batches hold several messages of several groups.
      for (const step of steps) {
        await Promise.all(
          subjects.map((subject, index) =>
            trial.publishOrdered(
              "Noted",
              note(subject, { step, behaviour: index === 1 && step === 3 ? "fail twice" : "succeed" }),
            ),
          ),
        );
      }
      const found = await Promise.all(subjects.map((subject) => allSteps(trial, subject, steps.length)));
      deepEqual(
        found,
        subjects.map(() => steps),
      );
    },
  },
  {
    name: "FIFO batches: the topic drops an event that is published twice",
    run: async (trial) => {
      const subject = trial.unique("deduplicated");
      const { id } = await trial.publishOrdered("Noted", note(subject, { step: 1 }));
      await trial.publishOrdered("Noted", note(subject, { step: 1 }), { id });
      await trial.publishOrdered("Noted", note(subject, { step: 2 }));
      deepEqual(await allSteps(trial, subject, 2), [1, 2]);
    },
  },
  {
    name: "FIFO topic: a standard queue gets the events as well",
    run: async (trial) => {
      const subject = trial.unique("mirrored");
      const { id } = await trial.publishOrdered("Noted", note(subject));
      const { Body = "{}" } = await take(trial, trial.queueUrl("Mirror"), subject);
      const { id: arrived }: { id?: unknown } = JSON.parse(Body);
      equal(arrived, id);
    },
  },
];

async function allSteps(trial: Trial, subject: string, count: number): Promise<readonly number[]> {
  return await eventually(
    `${subject} goes through ${count} steps`,
    async () => {
      const steps = await readSteps(trial, "Sequence", subject);
      return steps.length >= count ? steps : undefined;
    },
    { state: () => readSteps(trial, "Sequence", subject) },
  );
}
