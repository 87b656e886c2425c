import { SendMessageCommand, type SQSClient, StartMessageMoveTaskCommand } from "@aws-sdk/client-sqs";
import { eventually } from "./eventually.ts";
import { depth, receive } from "./queues.ts";

/** A queue by its two names. */
interface QueueNames {
  readonly url: string;
  readonly arn: string;
}

/** Dead-letters a message after one receive, moves it back, and gives the receive count that it comes with then. */
export async function receiveCountAfterMove(
  sqs: SQSClient,
  source: QueueNames,
  deadLetters: QueueNames,
): Promise<string | undefined> {
  await sqs.send(new SendMessageCommand({ QueueUrl: source.url, MessageBody: "moved" }));
  await eventually("SQS gives the message up", async () => {
    await receive(sqs, source.url, 0);
    return (await depth(sqs, deadLetters.url)) > 0 ? true : undefined;
  });
  const { arn: SourceArn } = deadLetters;
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn, DestinationArn: source.arn }));
  const message = await eventually("the message is back", async () => (await receive(sqs, source.url))[0]);
  return message.Attributes?.ApproximateReceiveCount;
}
