import { CreateBucketCommand, HeadBucketCommand } from "@aws-sdk/client-s3";
import { CreateTopicCommand, GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import type { ResourceRequest } from "./resources/index.ts";
import { parseArn } from "./resources/index.ts";

/** Longest visibility timeout that a mapping can ask for: the longest timeout of a function, in seconds. */
const VISIBILITY_TIMEOUT = "900";

/** Who uses what stands in for something is decided by the policy of the real one, which nobody knows here. */
const OPEN = { Effect: "Allow", Principal: "*", Resource: "*" };

const ARNS = /arn:aws:(?:sqs|sns):[\w-]+:\d{12}:[\w-]+(?:\.fifo)?(?![\w:-])/g;

/**
 * Makes the queues, topics and buckets of other apps that a resource names and that are not there, empty: so that what the app does with
 * them can be tried.
 *
 * @returns whether the resource names any: what another resource has just had made counts, too
 */
export async function makeStandIns(request: ResourceRequest): Promise<boolean> {
  const arns = new Set(JSON.stringify(request.properties.values).match(ARNS));
  const made = await Promise.all([
    ...[...arns].map((arn) =>
      arn.startsWith("arn:aws:sqs:") ? standInQueue(arn, request) : standInTopic(arn, request),
    ),
    ...(request.type === "Custom::S3BucketNotifications" ? [standInBucket(request)] : []),
  ]);
  for (const name of made.flatMap((each) => each ?? [])) {
    request.leaveOut(name, "an empty one stands in for what another app has");
  }
  return made.length > 0;
}

async function standInQueue(arn: string, { clientsOf }: ResourceRequest): Promise<string | undefined> {
  const { place, name: QueueName } = parseArn(arn);
  const { sqs } = clientsOf(place);
  if (await exists(sqs.send(new GetQueueUrlCommand({ QueueName })))) {
    return undefined;
  }
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: { ...OPEN, Action: "sqs:*" } });
  const fifo = { FifoQueue: "true", ContentBasedDeduplication: "true" };
  const Attributes: Record<string, string> = {
    VisibilityTimeout: VISIBILITY_TIMEOUT,
    Policy,
    ...(QueueName.endsWith(".fifo") ? fifo : {}),
  };
  await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  return arn;
}

async function standInTopic(TopicArn: string, { clientsOf }: ResourceRequest): Promise<string | undefined> {
  const { place, name: Name } = parseArn(TopicArn);
  const { sns } = clientsOf(place);
  if (await exists(sns.send(new GetTopicAttributesCommand({ TopicArn })))) {
    return undefined;
  }
  const Action = ["sns:Publish", "sns:Subscribe"];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: { ...OPEN, Action } });
  const fifo = { FifoTopic: "true", ContentBasedDeduplication: "true" };
  const Attributes: Record<string, string> = { Policy, ...(Name.endsWith(".fifo") ? fifo : {}) };
  await sns.send(new CreateTopicCommand({ Name, Attributes }));
  return TopicArn;
}

async function standInBucket({ properties, clients: { s3 } }: ResourceRequest): Promise<string | undefined> {
  const Bucket = properties.requiredText("BucketName");
  if (await exists(s3.send(new HeadBucketCommand({ Bucket })))) {
    return undefined;
  }
  await s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

async function exists(asked: Promise<unknown>): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch {
    return false;
  }
}
