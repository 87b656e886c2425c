import { deepEqual, equal } from "node:assert/strict";
import { BatchExecuteStatementCommand } from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, DeleteQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Case } from "../case.ts";
import { eventually } from "../support/eventually.ts";
import { receive } from "../support/queues.ts";

/** What the consumer builds on, without the consumer: where it fails, so does the rest. */
export const brokerCases: readonly Case[] = [
  {
    name: "SQS: a receive gives several messages of a FIFO group, in order, and locks the group",
    run: async (trial) => {
      const { sqs } = trial.clients;
      const { QueueUrl = "" } = await sqs.send(
        new CreateQueueCommand({ QueueName: `${trial.unique("group")}.fifo`, Attributes: { FifoQueue: "true" } }),
      );
      const bodies = ["0", "1", "2", "3", "4"];
      for (const body of bodies) {
        await sqs.send(
          new SendMessageCommand({
            QueueUrl,
            MessageBody: body,
            MessageGroupId: "group",
            MessageDeduplicationId: body,
          }),
        );
      }
      const received = await eventually("messages come", async () => {
        const messages = await receive(sqs, QueueUrl);
        return messages.length > 0 ? messages.map(({ Body }) => Body) : undefined;
      });
      deepEqual(received, bodies);
      equal((await receive(sqs, QueueUrl)).length, 0);
      await sqs.send(new DeleteQueueCommand({ QueueUrl }));
    },
  },
  {
    name: "DynamoDB: a batch of PartiQL has an outcome for each statement",
    run: async (trial) => {
      const table = trial.output("EffectsTableName");
      const insert = (id: string) => ({ Statement: `INSERT INTO "${table}" VALUE {'id': ?}`, Parameters: [{ S: id }] });
      const [first, second] = [trial.unique("partiql"), trial.unique("partiql")];
      const run = async (...ids: string[]) => {
        const Statements = ids.map(insert);
        const { Responses = [] } = await trial.clients.dynamodb.send(new BatchExecuteStatementCommand({ Statements }));
        return Responses.map(({ Error: error }) => error?.Code);
      };
      deepEqual(await run(first), [undefined]);
      deepEqual(await run(first, second), ["DuplicateItem", undefined]);
    },
  },
];
