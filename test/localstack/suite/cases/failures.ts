import { deepEqual, equal, match } from "node:assert/strict";
import { type Message, SendMessageCommand, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import { openWorkbench } from "../../faults/probe.ts";
import type { Case } from "../case.ts";
import { processed, readEffect, switchOff, switchOn } from "../support/effects.ts";
import { eventually } from "../support/eventually.ts";
import { receiveCountAfterMove } from "../support/move-task.ts";
import { depth, readAttributes, receive, take } from "../support/queues.ts";
import { note } from "../trial.ts";

/** Handlers that fail, messages that nobody can read, and how they come back. */
export const failureCases: readonly Case[] = [
  {
    name: "partial failure: only the failed records of a batch are redelivered",
    run: async (trial) => {
      const notes = Array.from({ length: 10 }, (_, step) =>
        note(trial.unique(`batch-${step}`), { behaviour: step % 4 === 1 ? "fail twice" : "succeed" }),
      );
      const published = await Promise.all(notes.map((data) => trial.publishWork("Noted", data)));
      const effects = await Promise.all(published.map(({ id }) => processed(trial, "Work", id)));
      // The consumer keeps no records: a neighbour that was redelivered would have been processed again.
      deepEqual(
        effects.map(({ times }) => times),
        notes.map(() => 1),
      );
      deepEqual(
        effects.map(({ attempt }) => attempt),
        notes.map(({ behaviour }) => (behaviour === "fail twice" ? 3 : 1)),
      );
    },
  },
  {
    name: "dead letters: a permanent failure goes there at once, with its reason",
    run: async (trial) => {
      const subject = trial.unique("permanent");
      const { id } = await trial.publishFanned("Noted", note(subject, { behaviour: "permanent" }));
      const deadLetter = await take(trial, trial.deadLetterQueueUrl("Everything"), subject);
      const reason = reasonOf(deadLetter);
      equal(reason.error, "Permanent");
      equal(reason.attempt, 1);
      equal(deadLetter.MessageAttributes?.type?.StringValue, "trial.Noted");
      equal(await readEffect(trial, "Everything", id), undefined);
    },
  },
  {
    name: "dead letters: a body that is no event does not harm its neighbours",
    run: async (trial) => {
      const poison = `{"specversion": "1.0", "id": "${trial.unique("poison")}`;
      const QueueUrl = trial.queueUrl("Everything");
      await trial.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: poison }));
      const good = await trial.publishFanned("Noted", note(trial.unique("neighbour")));
      equal((await processed(trial, "Everything", good.id)).times, 1);
      const deadLetter = await take(trial, trial.deadLetterQueueUrl("Everything"), poison);
      equal(deadLetter.Body, poison);
      equal(reasonOf(deadLetter).error, "BodyMalformed");
    },
  },
  {
    name: "redrive: what failed until it was given up is processed after the cause is gone",
    spoiltBy: ["no-message-move-tasks"],
    run: async (trial) => {
      const subject = trial.unique("redriven");
      await switchOn(trial, subject);
      const { id } = await trial.publishWork("Noted", note(subject, { behaviour: "switch" }));
      const source = trial.deadLetterQueueUrl("Work");
      await eventually("the event is given up", async () =>
        (await depth(trial.clients.sqs, source)) > 0 ? true : undefined,
      );
      equal(await readEffect(trial, "Work", id), undefined);
      await switchOff(trial, subject);
      const { QueueArn: SourceArn } = await readAttributes(trial.clients.sqs, source);
      const { QueueArn: DestinationArn } = await readAttributes(trial.clients.sqs, trial.queueUrl("Work"));
      // SQS knows the source only of what it moved itself, and this message the consumer has sent, with its reason.
      await trial.clients.sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn }));
      const effect = await processed(trial, "Work", id);
      equal(effect.times, 1);
      equal(await depth(trial.clients.sqs, source), 0);
    },
  },
  {
    name: "redrive: the receives of a message that was moved are counted anew",
    spoiltBy: ["no-message-move-tasks", "move-task-keeps-receive-count"],
    run: async (trial) => {
      const probe = openWorkbench(trial);
      const deadLetters = await probe.queue();
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 1 });
      const source = await probe.queue({ RedrivePolicy });
      equal(await receiveCountAfterMove(trial.clients.sqs, source, deadLetters), "1");
      await probe.close();
    },
  },
  {
    name: "redrive: what SQS moved after its last receive comes back to its source",
    spoiltBy: ["no-message-move-tasks", "no-dead-letter-source"],
    run: async (trial) => {
      const text = trial.unique("abandoned");
      const { sqs } = trial.clients;
      const QueueUrl = trial.queueUrl("Shelf");
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: text }));
      const receives: string[] = [];
      await eventually("SQS gives the message up", async () => {
        // Without visibility it can be received again at once; by the third time it is in the dead-letter queue.
        for (const { Attributes = {} } of await receive(sqs, QueueUrl, 0)) {
          receives.push(Attributes.ApproximateReceiveCount ?? "");
        }
        return (await depth(sqs, trial.deadLetterQueueUrl("Shelf"))) > 0 ? true : undefined;
      });
      deepEqual(receives, ["1", "2"]);
      const [deadLetter] = await receive(sqs, trial.deadLetterQueueUrl("Shelf"), 0);
      match(deadLetter?.Attributes?.DeadLetterQueueSourceArn ?? "", /Shelf/);
      const { QueueArn: SourceArn } = await readAttributes(sqs, trial.deadLetterQueueUrl("Shelf"));
      await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
      equal((await take(trial, QueueUrl, text)).Body, text);
    },
  },
];

function reasonOf({ MessageAttributes }: Message): Readonly<Record<string, unknown>> {
  return JSON.parse(MessageAttributes?.fanfareFailure?.StringValue ?? "{}");
}
