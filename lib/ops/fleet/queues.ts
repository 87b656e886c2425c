import { FanfareError, isFanfareError } from "../../errors/index.ts";
import { objectOf, parseJson } from "../../std/index.ts";
import { type Cloud, mapLimited, unlessAbsent } from "../cloud/index.ts";
import type { FleetQueue, QueueCounts } from "./types.ts";

/** Most queues of one page. Source: Amazon SQS API Reference, `ListQueues`. */
const PAGE = 1_000;

/** How the names of the queues of `fanfare tail` begin: they come and go, and belong to no fleet. */
export const TAIL_PREFIX = "fanfare-tail-";

/** The URLs of the queues whose name begins with a prefix; of all without one. */
export async function listQueueUrls(cloud: Cloud, prefix?: string): Promise<readonly string[]> {
  const { sdk, call } = await cloud.sqs();
  const urls: string[] = [];
  let token: string | undefined;
  do {
    const command = new sdk.ListQueuesCommand({
      MaxResults: PAGE,
      ...(prefix === undefined ? {} : { QueueNamePrefix: prefix }),
      ...(token === undefined ? {} : { NextToken: token }),
    });
    const page = await call((client, options) => client.send(command, options));
    urls.push(...(page.QueueUrls ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return urls;
}

/** Describes queues, several calls at once. A queue that is deleted meanwhile is left out. */
export async function describeQueues(
  cloud: Cloud,
  urls: readonly string[],
  onProgress?: (described: number, all: number) => void,
): Promise<readonly FleetQueue[]> {
  let described = 0;
  const found = await mapLimited(urls, async (url) => {
    const queue = await describeQueue(cloud, url);
    described += 1;
    onProgress?.(described, urls.length);
    return queue;
  });
  return found.filter((queue) => queue !== undefined);
}

/** A queue by its URL; `undefined` if it does not exist. */
export async function describeQueue(cloud: Cloud, url: string): Promise<FleetQueue | undefined> {
  const { sdk, call } = await cloud.sqs();
  const command = new sdk.GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] });
  return await unlessDeleted(async () => {
    const { Attributes = {} } = await call((client, options) => client.send(command, options));
    return queueOf(url, Attributes);
  });
}

/** A queue by its name; `undefined` if it does not exist. */
export async function queueNamed(cloud: Cloud, name: string): Promise<FleetQueue | undefined> {
  const { sdk, call } = await cloud.sqs();
  const command = new sdk.GetQueueUrlCommand({ QueueName: name });
  return await unlessDeleted(async () => {
    const { QueueUrl = "" } = await call((client, options) => client.send(command, options));
    return await describeQueue(cloud, QueueUrl);
  });
}

/** The approximate counts of a queue. @throws FanfareError `ConfigurationInvalid` if it does not exist */
export async function countsOf(cloud: Cloud, { url, name }: Pick<FleetQueue, "url" | "name">): Promise<QueueCounts> {
  const { sdk, call } = await cloud.sqs();
  const command = new sdk.GetQueueAttributesCommand({
    QueueUrl: url,
    AttributeNames: [
      "ApproximateNumberOfMessages",
      "ApproximateNumberOfMessagesNotVisible",
      "ApproximateNumberOfMessagesDelayed",
    ],
  });
  try {
    const { Attributes = {} } = await call((client, options) => client.send(command, options));
    return {
      visible: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
      delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
    };
  } catch (cause) {
    if (isAbsentQueue(cause)) {
      throw new FanfareError("ConfigurationInvalid", `the queue ${name} does not exist any more`, {
        field: "queue",
        remedy: "run fanfare ps to see what exists",
        cause,
      });
    }
    throw cause;
  }
}

function queueOf(url: string, attributes: Readonly<Record<string, string>>): FleetQueue {
  const arn = attributes.QueueArn ?? "";
  const redrive = objectOf(parseJson(attributes.RedrivePolicy ?? ""));
  const policy = parseJson(attributes.Policy ?? "");
  return {
    name: arn.slice(arn.lastIndexOf(":") + 1),
    arn,
    url,
    fifo: arn.endsWith(".fifo"),
    retentionSeconds: Number(attributes.MessageRetentionPeriod ?? 0),
    visibilityTimeoutSeconds: Number(attributes.VisibilityTimeout ?? 0),
    redrive:
      typeof redrive.deadLetterTargetArn === "string"
        ? { deadLetterQueueArn: redrive.deadLetterTargetArn, maxReceiveCount: Number(redrive.maxReceiveCount) }
        : undefined,
    policy: policy === undefined ? undefined : objectOf(policy),
    encrypted: attributes.SqsManagedSseEnabled === "true" || attributes.KmsMasterKeyId !== undefined,
    kmsKeyId: attributes.KmsMasterKeyId,
  };
}

/** What a call says of a queue, or `undefined` where that has been deleted since it was found: others work at the same time. */
export async function unlessDeleted<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await call();
  } catch (error) {
    if (isAbsentQueue(error) || (isFanfareError(error) && isAbsentQueue(error.cause))) {
      return undefined;
    }
    throw error;
  }
}

/** The same, or `undefined` also where it may not be asked. */
export async function unlessGone<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
  return await unlessAbsent(() => unlessDeleted(call));
}

/** Whether an error says that the queue does not exist. */
export function isAbsentQueue(error: unknown): boolean {
  return (
    error instanceof Error &&
    /NonExistentQueue|QueueDoesNotExist/.test(`${error.name} ${"code" in error && error.code}`)
  );
}
