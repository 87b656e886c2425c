/**
 * Deliveries through a topic with three queues, from publication to deletion, over HTTP with the SDK: `npm run bench:fan-out`. With
 * `--endpoint`, those of another emulator, in turn with ours.
 */
import { PublishBatchCommand } from "@aws-sdk/client-sns";
import { DeleteMessageBatchCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { Command } from "commander";
import { type Contender, httpUrl, interleave, ratio, timed, wholeNumber } from "./harness/index.ts";
import { Queues } from "./support/queues.ts";

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
  .option("--endpoint <url>", "another emulator of SNS and SQS", httpUrl)
  .option("--events <number>", "events per round", wholeNumber, 2_000)
  .option("--rounds <number>", "rounds that count, after one that does not", wholeNumber, 9)
  .parse();
const { endpoint, events, rounds } = program.opts<{ endpoint?: string; events: number; rounds: number }>();

const ours = await Queues.start();
const other = endpoint === undefined ? undefined : Queues.at(endpoint);
try {
  const contenders = [await fanOut("Fanfare", ours)];
  if (other !== undefined) {
    contenders.push(await fanOut(other.endpoint, other));
  }
  const measured = await interleave(contenders, { rounds, warmUps: 1 });
  const result = { name: "fan-out", baseline: "Fanfare", ratioOf: "deliveriesPerSecond", contenders: measured };
  for (const { name, metrics } of measured) {
    const { median = 0, min = 0, max = 0 } = metrics.deliveriesPerSecond ?? {};
    const [middle, low, high] = [median, min, max].map(Math.round);
    const share = Math.round(100 * (metrics.clientCpuShare?.median ?? 0));
    console.log(
      `${name}: median ${middle} deliveries/s (${low} to ${high}); CPU time of the client: ${share} % of the wall time`,
    );
  }
  if (other !== undefined) {
    console.log(`Fanfare / ${other.endpoint}: ${ratio(result, "Fanfare", other.endpoint).toFixed(2)}`);
  }
} finally {
  await ours.stop();
  await other?.stop();
}

/** Creates a topic with queues. A sample is one round. */
async function fanOut(name: string, services: Queues): Promise<Contender> {
  const { sns, sqs } = services;
  const { topic: TopicArn, queues } = await services.createTopic("fan-out", QUEUES);
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
  const drain = async (QueueUrl: string) => {
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
  return {
    name,
    sample: async () => {
      const { wallMs, cpuMs } = await timed(() =>
        Promise.all([...Array.from({ length: PUBLISHERS }, () => publish(events / PUBLISHERS)), ...queues.map(drain)]),
      );
      return { deliveriesPerSecond: (QUEUES * events * 1_000) / wallMs, clientCpuShare: cpuMs / wallMs };
    },
  };
}
