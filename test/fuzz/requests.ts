import * as s3 from "@aws-sdk/client-s3";
import * as sns from "@aws-sdk/client-sns";
import * as sqs from "@aws-sdk/client-sqs";
import { ACCOUNT, REGION } from "./place.ts";

/** The clients that requests are sent with. */
export interface Clients {
  readonly sqs: sqs.SQSClient;
  readonly sns: sns.SNSClient;
  readonly s3: s3.S3Client;
}

/** A source of random numbers from 0 to below 1. */
export type Random = () => number;

/** Strings that have done harm somewhere: names of every object, other planes of Unicode, nothing, too much. */
const NASTY = [
  "__proto__",
  "toString",
  "",
  " ",
  "a",
  "ø",
  "😀",
  "\u0000",
  "\n",
  "../..",
  "%00",
  "a".repeat(300),
  "*",
  "{}",
  "null",
];
const QUEUES = ["one", "two", "three.fifo", "none"];
const TOPICS = ["one", "two.fifo", "none"];
const BUCKETS = ["bucket-one", "bucket-two", "nowhere"];

/** The same numbers for the same seed ("mulberry32"). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Receipt handles that earlier requests have got. */
export type Handles = string[];

/** Makes a request of any service, valid or not; what is sent depends on the random numbers only, and on the handles. */
export function randomRequest(random: Random, handles: Handles): (clients: Clients) => Promise<unknown> {
  const pick = <Item>(items: readonly [Item, ...Item[]] | readonly Item[]): Item => {
    const item = items[Math.floor(random() * items.length)];
    if (item === undefined) {
      throw new Error("there is nothing to pick from");
    }
    return item;
  };
  const text = () => (random() < 0.3 ? pick(NASTY) : `text ${Math.floor(random() * 50)}`);
  const maybe = <Value>(value: () => Value): Value | undefined => (random() < 0.5 ? value() : undefined);
  const queue = pick(QUEUES);
  const QueueUrl = `http://localhost/${ACCOUNT}/${queue}`;
  const queueArn = `arn:aws:sqs:${REGION}:${ACCOUNT}:${queue}`;
  const topic = pick(TOPICS);
  const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:${topic}`;
  const fifo = { MessageGroupId: maybe(text), MessageDeduplicationId: maybe(text) };
  const named = () =>
    Object.fromEntries([[text(), { DataType: pick(["String", "Number", "x"]), StringValue: text() }]]);
  const pairs = () => Object.fromEntries([[text(), text()]]);
  const object = { Bucket: pick(BUCKETS), Key: text() || "k" };
  const policy = () =>
    JSON.stringify({
      Statement: [{ Effect: pick(["Allow", "Deny", "x"]), Principal: "*", Action: text(), Resource: "*" }],
    });
  const ReceiptHandle = handles.length > 0 ? pick(handles) : text();
  const kinds: (() => (clients: Clients) => Promise<unknown>)[] = [
    () => {
      const Attributes = { ...(queue.endsWith(".fifo") ? { FifoQueue: "true" } : {}), VisibilityTimeout: "43200" };
      return ({ sqs: client }) => client.send(new sqs.CreateQueueCommand({ QueueName: queue, Attributes }));
    },
    ...Array.from({ length: 6 }, () => () => {
      const input = { QueueUrl, MessageBody: text(), MessageAttributes: maybe(named), ...fifo };
      return ({ sqs: client }: Clients) => client.send(new sqs.SendMessageCommand(input));
    }),
    ...Array.from({ length: 3 }, () => async ({ sqs: client }: Clients) => {
      const { Messages = [] } = await client.send(new sqs.ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 5 }));
      handles.push(...Messages.flatMap(({ ReceiptHandle: handle }) => (handle === undefined ? [] : [handle])));
      handles.splice(0, handles.length - 50);
    }).map((request) => () => request),
    () =>
      ({ sqs: client }) =>
        client.send(new sqs.DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
    () => {
      const Attributes = pick([{ Policy: policy() }, { MaximumMessageSize: text() }, pairs()]);
      return ({ sqs: client }) => client.send(new sqs.SetQueueAttributesCommand({ QueueUrl, Attributes }));
    },
    () => {
      const Tags = pairs();
      return ({ sqs: client }) => client.send(new sqs.TagQueueCommand({ QueueUrl, Tags }));
    },
    () => {
      const isRare = random() < 0.05;
      return ({ sqs: client }) =>
        isRare
          ? client.send(new sqs.DeleteQueueCommand({ QueueUrl }))
          : client.send(new sqs.GetQueueUrlCommand({ QueueName: queue }));
    },
    () => {
      const Attributes: Record<string, string> = topic.endsWith(".fifo") ? { FifoTopic: "true" } : {};
      return ({ sns: client }) => client.send(new sns.CreateTopicCommand({ Name: topic, Attributes }));
    },
    () => {
      const Attributes = maybe(() => ({ FilterPolicy: pick([`{${JSON.stringify(text())}:["x"]}`, text()]) })) ?? {};
      const input = { TopicArn, Protocol: "sqs", Endpoint: queueArn, Attributes };
      return ({ sns: client }) => client.send(new sns.SubscribeCommand(input));
    },
    () => {
      const input = { TopicArn, Message: text(), MessageAttributes: maybe(named) ?? {}, ...fifo };
      return ({ sns: client }) => client.send(new sns.PublishCommand(input));
    },
    () => {
      const input = { TopicArn, AttributeName: pick(["DisplayName", "Policy", text()]), AttributeValue: text() };
      return ({ sns: client }) => client.send(new sns.SetTopicAttributesCommand(input));
    },
    () =>
      ({ s3: client }) =>
        client.send(new s3.CreateBucketCommand({ Bucket: object.Bucket })),
    () => {
      const input = { ...object, Body: text(), Tagging: maybe(() => `${encodeURIComponent(text())}=x`) };
      return ({ s3: client }) => client.send(new s3.PutObjectCommand(input));
    },
    () => {
      const CopySource = `${object.Bucket}/${encodeURIComponent(text())}`;
      return ({ s3: client }) => client.send(new s3.CopyObjectCommand({ ...object, CopySource }));
    },
    () =>
      ({ s3: client }) =>
        client.send(new s3.DeleteObjectCommand(object)),
    () => {
      const Tagging = { TagSet: [{ Key: text(), Value: text() }] };
      return ({ s3: client }) => client.send(new s3.PutObjectTaggingCommand({ ...object, Tagging }));
    },
    () =>
      ({ s3: client }) =>
        client.send(new s3.ListObjectsV2Command({ Bucket: object.Bucket, Prefix: object.Key })),
  ];
  return pick(kinds)();
}
