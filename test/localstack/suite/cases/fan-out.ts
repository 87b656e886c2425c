import { equal } from "node:assert/strict";
import type { Case } from "../case.ts";
import { processed, readEffect } from "../support/effects.ts";
import { eventually } from "../support/eventually.ts";
import { depth, take } from "../support/queues.ts";
import { note } from "../trial.ts";

/** Events of the burst: more than one batch of SNS, SQS and Lambda each. */
const BURST = 40;

/** One event, everyone who asked for it, and nobody else. */
export const fanOutCases: readonly Case[] = [
  {
    name: "fan-out: each subscriber processes each event once",
    run: async (trial) => {
      const subjects = Array.from({ length: BURST }, (_, index) => trial.unique(`burst-${index}`));
      const published = await Promise.all(
        subjects.map((subject) => trial.publishFanned("Noted", note(subject, { region: "eu", total: 250 }))),
      );
      for (const { id } of published) {
        equal((await processed(trial, "Everything", id)).times, 1);
        equal((await processed(trial, "Dear", id)).times, 1);
      }
    },
  },
  {
    name: "filters: events that do not match stay away",
    run: async (trial) => {
      const cheap = await trial.publishFanned("Noted", note(trial.unique("cheap"), { region: "eu", total: 99.99 }));
      const far = await trial.publishFanned("Noted", note(trial.unique("far"), { region: "us", total: 500 }));
      const other = await trial.publishFanned("Closed", { subject: trial.unique("closed") });
      const dear = await trial.publishFanned("Noted", note(trial.unique("dear"), { region: "eu", total: 100 }));
      // The subscriber without a filter has received all four, so the filter has been applied to each of them.
      for (const { id } of [cheap, far, other, dear]) {
        await processed(trial, "Everything", id);
      }
      await processed(trial, "Dear", dear.id);
      for (const { id } of [cheap, far, other]) {
        equal(await readEffect(trial, "Dear", id), undefined);
      }
    },
  },
  {
    name: "filters: attributes and body arrive without a wrapper",
    run: async (trial) => {
      const subject = trial.unique("raw");
      const { id } = await trial.publishFanned("Noted", note(subject, { total: -1.5 }));
      const message = await take(trial, trial.queueUrl("Inbox"), subject);
      const body: Record<string, unknown> = JSON.parse(message.Body ?? "");
      equal(body.specversion, "1.0");
      equal(body.id, id);
      equal(message.MessageAttributes?.type?.StringValue, "trial.Noted");
      equal(message.MessageAttributes?.total?.StringValue, "-1.5");
      equal(message.MessageAttributes?.total?.DataType, "Number");
    },
  },
  {
    name: "fan-out: a work queue without a topic",
    run: async (trial) => {
      const { id } = await trial.publishWork("Noted", note(trial.unique("direct")));
      equal((await processed(trial, "Work", id)).times, 1);
    },
  },
  {
    name: "exactly once: an event that is published twice is processed once",
    run: async (trial) => {
      const subject = trial.unique("twice");
      const first = await trial.publishFanned("Noted", note(subject));
      await processed(trial, "Everything", first.id);
      await trial.publishFanned("Noted", note(subject), { id: first.id });
      const marker = await trial.publishFanned("Noted", note(trial.unique("marker")));
      await processed(trial, "Everything", marker.id);
      await eventually("Everything's queue is empty", async () =>
        (await depth(trial.clients.sqs, trial.queueUrl("Everything"))) === 0 ? true : undefined,
      );
      equal((await readEffect(trial, "Everything", first.id))?.times, 1);
    },
  },
];
