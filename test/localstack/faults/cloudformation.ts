import { GetTopicAttributesCommand, ListSubscriptionsByTopicCommand } from "@aws-sdk/client-sns";
import { readAttributes } from "../suite/support/queues.ts";
import type { Fault, Probe } from "./fault.ts";

/** Faults of CloudFormation. */
export const CLOUDFORMATION_FAULTS: readonly Fault[] = [
  {
    id: "cloudformation-makes-fifo-topics-standard",
    targets: ["ministack"],
    summary:
      "AWS::SNS::Topic with FifoTopic becomes a standard topic, which drops message groups; AWS makes a FIFO topic.",
    // The reproduction is the suite's own stack.
    shows: async ({ clients: { sns }, trial }) => {
      const TopicArn = trial.output("OrderedTopicArn");
      const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }));
      return Attributes?.FifoTopic !== "true";
    },
  },
  {
    id: "cloudformation-passes-over-subscriptions",
    targets: ["moto"],
    summary: "A stack is complete without its AWS::SNS::Subscription; AWS makes it.",
    shows: (probe) =>
      withStack(probe, async (topicArn) => {
        const { Subscriptions = [] } = await probe.clients.sns.send(
          new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }),
        );
        return Subscriptions.length === 0;
      }),
  },
  {
    id: "cloudformation-passes-over-queue-policies",
    targets: ["moto"],
    summary: "A stack is complete without its AWS::SQS::QueuePolicy; AWS sets the queue's policy.",
    shows: (probe) =>
      withStack(probe, async (_topicArn, queueUrl) => {
        const { Policy = "" } = await readAttributes(probe.clients.sqs, queueUrl);
        return !Policy.includes("sns.amazonaws.com");
      }),
  },
];

/** Looks at a stack of a topic, a queue, a subscription and a policy. */
async function withStack(
  { account, trial }: Probe,
  look: (topicArn: string, queueUrl: string) => Promise<boolean>,
): Promise<boolean> {
  const stackName = trial.unique("probe");
  const queueArn = { "Fn::GetAtt": ["Queue", "Arn"] };
  const statement = {
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: queueArn,
  };
  await account.createStack(stackName, {
    Resources: {
      Topic: { Type: "AWS::SNS::Topic" },
      Queue: { Type: "AWS::SQS::Queue" },
      Subscription: {
        Type: "AWS::SNS::Subscription",
        Properties: { TopicArn: { Ref: "Topic" }, Protocol: "sqs", Endpoint: queueArn },
      },
      Policy: {
        Type: "AWS::SQS::QueuePolicy",
        Properties: { Queues: [{ Ref: "Queue" }], PolicyDocument: { Version: "2012-10-17", Statement: [statement] } },
      },
    },
  });
  try {
    const resources = await account.stackResources(stackName);
    const physicalId = (id: string) => resources.find(({ logicalId }) => logicalId === id)?.physicalId ?? "";
    return await look(physicalId("Topic"), physicalId("Queue"));
  } finally {
    await account.deleteStack(stackName);
  }
}
