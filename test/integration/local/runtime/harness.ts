import { setTimeout as delay } from "node:timers/promises";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetQueueAttributesCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import {
  type LocalRuntime,
  type LocalRuntimeOptions,
  type LogEntry,
  type RuntimeEvent,
  startLocalRuntime,
} from "../../../../lib/local/index.ts";
import { removeAssembly, type StackFixture, writeAssembly } from "./assembly.ts";

/** A runtime with clients for its server and all that it reported. */
export interface Harness {
  readonly runtime: LocalRuntime;
  readonly directory: string;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly logs: readonly LogEntry[];
  readonly events: readonly RuntimeEvent[];
  /** JSON lines that handlers printed with `console.log(JSON.stringify(...))`. */
  seen(): unknown[];
  send(queueId: string, body: string, more?: { group?: string; id?: string }): Promise<string>;
  publish(topicId: string, body: string): Promise<void>;
  /** Bodies in a queue that nobody polls; taken out of sight for 30 s. */
  peek(queueId: string): Promise<string[]>;
  depth(queueId: string): Promise<number>;
  close(): Promise<void>;
}

/** Starts a runtime over hand-written stacks. */
export async function start(
  stacks: Readonly<Record<string, StackFixture>>,
  options: Partial<LocalRuntimeOptions> = {},
): Promise<Harness> {
  const directory = writeAssembly(stacks);
  const logs: LogEntry[] = [];
  const events: RuntimeEvent[] = [];
  const runtime = await startLocalRuntime({
    ...options,
    assembly: directory,
    onLog: (entry) => logs.push(entry),
    onEvent: (event) => events.push(event),
  }).catch((error: unknown) => {
    removeAssembly(directory);
    throw error;
  });
  const place = {
    endpoint: runtime.endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const sqs = new SQSClient({ ...place, useQueueUrlAsEndpoint: false });
  const sns = new SNSClient(place);
  const urlOf = (id: string): string => runtime.deployment.find(id).physicalId;
  return {
    runtime,
    directory,
    sqs,
    sns,
    logs,
    events,
    seen: () => logs.flatMap(({ line }) => parse(line)),
    send: async (queueId, body, { group, id } = {}) => {
      const { MessageId = "" } = await sqs.send(
        new SendMessageCommand({
          QueueUrl: urlOf(queueId),
          MessageBody: body,
          ...(group === undefined ? {} : { MessageGroupId: group, MessageDeduplicationId: id ?? body }),
        }),
      );
      return MessageId;
    },
    publish: async (topicId, body) => {
      await sns.send(new PublishCommand({ TopicArn: urlOf(topicId), Message: body }));
    },
    peek: async (queueId) => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: urlOf(queueId), MaxNumberOfMessages: 10, VisibilityTimeout: 30 }),
      );
      return Messages.map(({ Body = "" }) => Body);
    },
    depth: async (queueId) => {
      const { Attributes = {} } = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: urlOf(queueId), AttributeNames: ["All"] }),
      );
      return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
    },
    close: async () => {
      await runtime.close();
      sqs.destroy();
      sns.destroy();
      removeAssembly(directory);
    },
  };
}

/** Waits until a condition holds, at most `timeoutMs`. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 15_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(`not within ${timeoutMs} ms: ${what}`);
    }
    await delay(20);
  }
}

function parse(line: string): unknown[] {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
