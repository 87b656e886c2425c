import { CreateTopicCommand, DeleteTopicCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, DeleteQueueCommand, GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Trial } from "../suite/trial.ts";
import type { Workbench } from "./fault.ts";

/** Makes what reproductions need, and removes it again. */
export function openWorkbench(trial: Trial): Workbench & { close(): Promise<void> } {
  const { clients } = trial;
  const undo: (() => Promise<unknown>)[] = [];
  const suffix = (attributes: Readonly<Record<string, string>>) =>
    attributes.FifoQueue || attributes.FifoTopic ? ".fifo" : "";
  return {
    clients,
    trial,
    queue: async (attributes = {}) => {
      const QueueName = `${trial.unique("probe")}${suffix(attributes)}`;
      const { QueueUrl = "" } = await clients.sqs.send(new CreateQueueCommand({ QueueName, Attributes: attributes }));
      undo.push(() => clients.sqs.send(new DeleteQueueCommand({ QueueUrl })));
      const { Attributes } = await clients.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }),
      );
      return { url: QueueUrl, arn: Attributes?.QueueArn ?? "" };
    },
    topic: async (attributes = {}) => {
      const Name = `${trial.unique("probe")}${suffix(attributes)}`;
      const { TopicArn = "" } = await clients.sns.send(new CreateTopicCommand({ Name, Attributes: attributes }));
      undo.push(() => clients.sns.send(new DeleteTopicCommand({ TopicArn })));
      return TopicArn;
    },
    close: async () => {
      for (const step of undo.reverse()) {
        await step();
      }
    },
  };
}
