import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ListMessageMoveTasksCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { eventually } from "../suite/support/eventually.ts";
import { receiveCountAfterMove } from "../suite/support/move-task.ts";
import { readAttributes, receive } from "../suite/support/queues.ts";
import type { Fault, Probe } from "./fault.ts";

/** Faults of queues. */
export const SQS_FAULTS: readonly Fault[] = [
  {
    id: "no-message-move-tasks",
    targets: ["ministack", "moto"],
    summary: "StartMessageMoveTask and its companions do not exist; AWS redrives dead letters with them.",
    shows: async ({ clients: { sqs }, queue }) => {
      const { arn } = await queue();
      return await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arn })).then(
        () => false,
        () => true,
      );
    },
  },
  {
    id: "no-redrive-allow-policy",
    targets: ["moto"],
    summary: "A queue forgets its RedriveAllowPolicy; AWS keeps it, and lets only the named sources use the queue.",
    shows: async ({ clients: { sqs }, queue }) => {
      const { url, arn } = await queue();
      const RedriveAllowPolicy = JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [`${arn}-source`] });
      await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { RedriveAllowPolicy } }));
      return (await readAttributes(sqs, url)).RedriveAllowPolicy === undefined;
    },
  },
  {
    id: "no-dead-letter-source",
    targets: ["moto"],
    summary: "A message in a dead-letter queue lacks DeadLetterQueueSourceArn, by which AWS knows where it came from.",
    shows: async (probe) => {
      const { clients, queue } = probe;
      const deadLetters = await queue();
      const source = await queue({
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 1 }),
      });
      await clients.sqs.send(new SendMessageCommand({ QueueUrl: source.url, MessageBody: "abandoned" }));
      const deadLetter = await eventually("the message is moved", async () => {
        await receive(clients.sqs, source.url, 0);
        return (await receive(clients.sqs, deadLetters.url, 0))[0];
      });
      return deadLetter.Attributes?.DeadLetterQueueSourceArn === undefined;
    },
  },
  {
    id: "move-task-keeps-receive-count",
    targets: ["localstack"],
    summary:
      "A message that a move task has moved keeps its receive count; with AWS it is a new message, counted from 1.",
    shows: async ({ clients: { sqs }, queue }) => {
      const deadLetters = await queue();
      const source = await queue({
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 1 }),
      });
      return (await receiveCountAfterMove(sqs, source, deadLetters)) !== "1";
    },
  },
  {
    id: "fifo-order-after-visibility-change",
    targets: ["moto"],
    summary:
      "Messages of a FIFO group whose visibility was changed come back after later messages of the group; with AWS they come first.",
    shows: async (probe) => (await orderAfterHandingBack(probe)).join() !== "a,b,c",
  },
];

/** Three messages of a group; two are received and handed back for a second. The order in which all come then. */
async function orderAfterHandingBack({ clients: { sqs }, queue }: Probe): Promise<readonly string[]> {
  const { url: QueueUrl } = await queue({ FifoQueue: "true" });
  const send = (MessageBody: string) =>
    sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: "group", MessageDeduplicationId: MessageBody }),
    );
  await send("a");
  await send("b");
  for (const { ReceiptHandle } of await receive(sqs, QueueUrl)) {
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 1 }));
  }
  await send("c");
  const order: string[] = [];
  return await eventually("all three come", async () => {
    for (const { Body = "", ReceiptHandle } of await receive(sqs, QueueUrl)) {
      order.push(Body);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    return order.length >= 3 ? order : undefined;
  });
}
