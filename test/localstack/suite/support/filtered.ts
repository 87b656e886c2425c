import {
  CreateTopicCommand,
  DeleteTopicCommand,
  type MessageAttributeValue,
  PublishCommand,
  SubscribeCommand,
} from "@aws-sdk/client-sns";
import { CreateQueueCommand, DeleteQueueCommand, SetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Trial } from "../trial.ts";
import { eventually } from "./eventually.ts";
import { readAttributes, receive } from "./queues.ts";

/** A filter policy, with attributes that it lets pass and attributes that it does not. */
export interface FilterExample {
  readonly policy: Readonly<Record<string, unknown>>;
  readonly scope?: "MessageAttributes" | "MessageBody";
  /** The value of the attribute `x`, or of the field `x` of the body; `undefined` for a message without it. */
  readonly passes: string | number | undefined;
  readonly stays: string | number | undefined;
}

/** Says that a message is the last one; passes every policy, because its subscription has none. */
const LAST = "last";

/**
 * Publishes a message that passes a filter, one that does not, and a last one, on a topic and queues made for it.
 *
 * @returns what the filtered queue holds when the last message has come to the unfiltered one: `["passes"]` is right
 */
export async function tryFilter(trial: Trial, example: FilterExample): Promise<readonly string[]> {
  const { sns, sqs } = trial.clients;
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: trial.unique("filter") }));
  const filtered = await makeQueue(trial, TopicArn);
  const unfiltered = await makeQueue(trial, TopicArn);
  try {
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: "sqs",
        Endpoint: filtered.arn,
        Attributes: {
          RawMessageDelivery: "true",
          FilterPolicyScope: example.scope ?? "MessageAttributes",
          FilterPolicy: JSON.stringify(example.policy),
        },
      }),
    );
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: "sqs",
        Endpoint: unfiltered.arn,
        Attributes: { RawMessageDelivery: "true" },
      }),
    );
    await publish(trial, TopicArn, "stays", example.stays);
    await publish(trial, TopicArn, "passes", example.passes);
    await publish(trial, TopicArn, LAST, undefined);
    await collect(trial, unfiltered.url, (names) => names.includes(LAST));
    const names = await collect(trial, filtered.url, (found) => found.includes("passes"));
    return names.filter((name) => name !== LAST);
  } finally {
    await sns.send(new DeleteTopicCommand({ TopicArn }));
    for (const { url } of [filtered, unfiltered]) {
      await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    }
  }
}

async function makeQueue(trial: Trial, topicArn: string): Promise<{ readonly url: string; readonly arn: string }> {
  const { sqs } = trial.clients;
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: trial.unique("filter") }));
  const { QueueArn = "" } = await readAttributes(sqs, QueueUrl);
  const statement = {
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: QueueArn,
    Condition: { ArnEquals: { "aws:SourceArn": topicArn } },
  };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  return { url: QueueUrl, arn: QueueArn };
}

async function publish(trial: Trial, TopicArn: string, name: string, x: string | number | undefined): Promise<void> {
  const attributes: Record<string, MessageAttributeValue> =
    x === undefined ? {} : { x: { DataType: typeof x === "number" ? "Number" : "String", StringValue: String(x) } };
  await trial.clients.sns.send(
    new PublishCommand({ TopicArn, Message: JSON.stringify({ name, x }), MessageAttributes: attributes }),
  );
}

/** The names of the messages that have come, once there are enough of them. */
async function collect(
  { clients: { sqs } }: Trial,
  url: string,
  enough: (names: readonly string[]) => boolean,
): Promise<readonly string[]> {
  const names: string[] = [];
  return await eventually(
    "messages come through the filter",
    async () => {
      for (const { Body = "{}" } of await receive(sqs, url)) {
        const { name }: { name?: unknown } = JSON.parse(Body);
        names.push(String(name));
      }
      return enough(names) ? names : undefined;
    },
    { timeoutMs: 10_000, state: async () => names },
  );
}
