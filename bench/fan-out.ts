/**
 * Deliveries through a topic with three queues, from publication to deletion, over HTTP with the SDK: `npm run bench:fan-out`. With
 * `--endpoint`, those of another emulator, in turn with ours.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { CreateTopicCommand, PublishBatchCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { Command } from "commander";

const QUEUES = 3;
const PUBLISHERS = 2;
const BATCH = 10;
const BODY = JSON.stringify({
  specversion: "1.0",
  id: "x".repeat(36),
  source: "urn:x",
  type: "bench.OrderPlaced",
  data: { orderId: "order-1", total: 3 },
});

const program = new Command("bench:fan-out")
  .option("--endpoint <url>", "another emulator of SNS and SQS")
  .option("--events <number>", "events per round", Number, 2_000)
  .option("--rounds <number>", "rounds that count, after one that does not", Number, 9)
  .parse();
const { endpoint, events, rounds } = program.opts<{ endpoint?: string; events: number; rounds: number }>();

const server = fork(fileURLToPath(new URL("support/queues-main.ts", import.meta.url)), {
  execArgv: [...process.execArgv],
});
const [ready]: { endpoint: string }[] = await once(server, "message");
const contenders = [
  ["Fanfare", ready?.endpoint ?? ""],
  ...(endpoint === undefined ? [] : [[endpoint, endpoint]]),
] as const;
const runs = await Promise.all(
  contenders.map(async ([name = "", url = ""]) => ({ name, round: await fanOut(url), rates: [] as number[] })),
);
for (let round = 0; round <= rounds; round += 1) {
  for (const run of runs) {
    const rate = await run.round();
    if (round > 0) {
      run.rates.push(rate);
    }
  }
}
for (const { name, rates } of runs) {
  const sorted = rates.map(Math.round).sort((a, b) => a - b);
  console.log(`${name}: median ${sorted[sorted.length >> 1]} deliveries/s (${sorted[0]} to ${sorted.at(-1)})`);
}
server.disconnect();

/** Creates topic and queues. Returns a round, which resolves with the deliveries per second. */
async function fanOut(url: string): Promise<() => Promise<number>> {
  const common = { endpoint: url, region: "us-east-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };
  const sns = new SNSClient(common);
  const sqs = new SQSClient({ ...common, useQueueUrlAsEndpoint: false });
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "fan-out" }));
  const queues = await Promise.all(
    Array.from({ length: QUEUES }, async (_, index) => {
      const QueueName = `fan-out-${index}`;
      const Policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "sns.amazonaws.com" },
            Action: "sqs:SendMessage",
            Resource: "*",
            Condition: { ArnEquals: { "aws:SourceArn": TopicArn } },
          },
        ],
      });
      const { QueueUrl } = await sqs.send(
        new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "600", Policy } }),
      );
      const Endpoint = `arn:aws:sqs:us-east-1:000000000000:${QueueName}`;
      await sns.send(
        new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint, Attributes: { RawMessageDelivery: "true" } }),
      );
      return QueueUrl;
    }),
  );
  const publish = async (count: number) => {
    for (let sent = 0; sent < count; sent += BATCH) {
      const PublishBatchRequestEntries = Array.from({ length: BATCH }, (_, index) => ({
        Id: String(index),
        Message: BODY,
        MessageAttributes: { type: { DataType: "String", StringValue: "bench.OrderPlaced" } },
      }));
      await sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries }));
    }
  };
  const drain = async (QueueUrl: string | undefined) => {
    for (let taken = 0; taken < events; ) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: BATCH,
          WaitTimeSeconds: 1,
          MessageAttributeNames: ["All"],
          MessageSystemAttributeNames: ["All"],
        }),
      );
      taken += Messages.length;
      if (Messages.length > 0) {
        const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
        await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
      }
    }
  };
  return async () => {
    const started = performance.now();
    await Promise.all([
      ...Array.from({ length: PUBLISHERS }, () => publish(events / PUBLISHERS)),
      ...queues.map(drain),
    ]);
    return (QUEUES * events * 1_000) / (performance.now() - started);
  };
}
