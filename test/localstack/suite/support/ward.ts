import { CreateQueueCommand, DeleteQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import {
  type Cloud,
  connect,
  type DeadLetterTarget,
  discoverFleet,
  findDeadLetters,
  type OperatorPlace,
} from "../../../../lib/ops/index.ts";
import type { Trial } from "../trial.ts";
import type { Clients } from "./clients.ts";
import { eventually } from "./eventually.ts";
import { depth, readAttributes } from "./queues.ts";

/** A queue and its dead-letter queue with three events, as an operator sees them. */
export interface Ward {
  readonly cloud: Cloud;
  readonly target: DeadLetterTarget;
  readonly queueUrl: string;
  readonly deadUrl: string;
  readonly place: OperatorPlace;
}

/** Makes a ward, runs something in it, and removes it. */
export async function inWard(trial: Trial, run: (ward: Ward) => Promise<void>): Promise<void> {
  const { sqs } = trial.clients;
  const name = trial.unique("ward");
  const { QueueUrl: deadUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: `${name}-dead` }));
  const { QueueArn: deadLetterTargetArn } = await readAttributes(sqs, deadUrl);
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 });
  const { QueueUrl: queueUrl = "" } = await sqs.send(
    new CreateQueueCommand({ QueueName: name, Attributes: { RedrivePolicy } }),
  );
  for (const note of [1, 2, 3]) {
    const event = { specversion: "1.0", id: `event-${note}`, source: "urn:trial", type: "trial.Noted", data: { note } };
    await sqs.send(new SendMessageCommand({ QueueUrl: deadUrl, MessageBody: JSON.stringify(event) }));
  }
  await holds(trial, deadUrl, 3);
  const place = await placeOf(trial.clients);
  const cloud = connect(place);
  const target = findDeadLetters(await discoverFleet(cloud, { stacks: [], prefix: name }), `${name}-dead`);
  try {
    await run({ cloud, target, queueUrl, deadUrl, place });
  } finally {
    await sqs.send(new DeleteQueueCommand({ QueueUrl: queueUrl }));
    await sqs.send(new DeleteQueueCommand({ QueueUrl: deadUrl }));
  }
}

/** Where the suite's clients go. */
async function placeOf({ sqs }: Clients): Promise<OperatorPlace> {
  const region = await sqs.config.region();
  const given = await sqs.config.endpoint?.();
  return given === undefined
    ? { region }
    : {
        region,
        endpoint: `${given.protocol}//${given.hostname}${given.port === undefined ? "" : `:${given.port}`}`,
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
      };
}

/** Waits until a queue holds so many messages. */
export async function holds({ clients: { sqs } }: Trial, queueUrl: string, count: number): Promise<void> {
  await eventually(`${count} messages in ${queueUrl.split("/").at(-1)}`, async () =>
    (await depth(sqs, queueUrl)) === count ? true : undefined,
  );
}
