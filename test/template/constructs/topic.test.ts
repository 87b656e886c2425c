import { Size } from "aws-cdk-lib";
import * as sns from "aws-cdk-lib/aws-sns";
import { describe, expect, test } from "vitest";
import type { FanoutTopicProps } from "../../../infra/constructs/index.ts";
import type { orders } from "../fixtures/contract.ts";
import { newStack, newTopic, properties, templateOf } from "./support.ts";

const TOPIC = "AWS::SNS::Topic";

function topicProperties(props: Partial<FanoutTopicProps<typeof orders>> = {}): Record<string, unknown> {
  return properties(templateOf(newTopic(props)), TOPIC, "OrdersTopic");
}

describe("the topic", () => {
  test("is standard, with SNS's own settings and a name of its own", () => {
    const topic = topicProperties();
    expect(topic.TopicName).toMatch(/^Shop-Orders-[0-9a-f]{8}$/);
    expect(Object.keys(topic)).toEqual(["TopicName"]);
  });

  test("is FIFO when asked for, with explicit deduplication ids", () => {
    const topic = topicProperties({ fifo: true });
    expect(topic).toMatchObject({ FifoTopic: true, ContentBasedDeduplication: false });
    expect(topic.TopicName).toMatch(/\.fifo$/);
    expect(topic.FifoThroughputScope).toBeUndefined();
  });

  test("has the throughput scope that it is given", () => {
    const fifoThroughputScope = sns.FifoThroughputScope.MESSAGE_GROUP;
    expect(topicProperties({ fifo: true, fifoThroughputScope }).FifoThroughputScope).toBe("MessageGroup");
  });

  test("takes nothing without TLS", () => {
    const policy = properties(templateOf(newTopic()), "AWS::SNS::TopicPolicy", "OrdersTopicPolicy");
    expect(policy.PolicyDocument).toMatchObject({
      Statement: [{ Effect: "Deny", Action: "sns:Publish", Condition: { Bool: { "aws:SecureTransport": "false" } } }],
    });
  });

  test("takes larger messages when asked to", () => {
    expect(topicProperties({ maximumMessageSize: Size.mebibytes(1) }).MaximumMessageSize).toBe(1_048_576);
  });

  test("is traced when asked to", () => {
    expect(topicProperties().TracingConfig).toBeUndefined();
    expect(topicProperties({ tracing: true }).TracingConfig).toBe("Active");
  });

  test("takes any other property, which wins", () => {
    const topic = topicProperties({ topicProps: { topicName: "orders", displayName: "Orders" } });
    expect(topic).toEqual({ TopicName: "orders", DisplayName: "Orders" });
  });

  test("of the user's own is used as it is", () => {
    const stack = newStack();
    const own = new sns.Topic(stack, "Own", { fifo: true, topicName: "own.fifo" });
    const topic = newTopic({ topic: own }, stack);
    topic.fanOut("Billing");
    const template = templateOf(topic);
    template.resourceCountIs(TOPIC, 1);
    expect(topic.topic).toBe(own);
    expect(topic.fifo).toBe(true);
    expect(properties(template, "AWS::SQS::Queue", "OrdersBillingQueue").FifoQueue).toBe(true);
  });

  test("of another Region is subscribed to in its Region", () => {
    const stack = newStack({ env: { region: "eu-central-1", account: "111122223333" } });
    const own = sns.Topic.fromTopicArn(stack, "Own", "arn:aws:sns:us-east-1:111122223333:own");
    const topic = newTopic({ topic: own }, stack);
    topic.fanOut("Billing", { subscriptionDeadLetter: false });
    expect(properties(templateOf(topic), "AWS::SNS::Subscription", "OrdersBilling")).toMatchObject({
      Region: "us-east-1",
      TopicArn: "arn:aws:sns:us-east-1:111122223333:own",
    });
  });

  test("lists its subscribers and offers its metrics", () => {
    const topic = newTopic();
    const billing = topic.fanOut("Billing");
    expect(topic.subscribers).toEqual([billing]);
    expect(topic.metricNumberOfMessagesPublished().metricName).toBe("NumberOfMessagesPublished");
    expect(topic.metricNumberOfNotificationsDelivered().metricName).toBe("NumberOfNotificationsDelivered");
    expect(topic.metricNumberOfNotificationsFilteredOut().metricName).toBe("NumberOfNotificationsFilteredOut");
    expect(topic.metricNumberOfNotificationsFailed().metricName).toBe("NumberOfNotificationsFailed");
    expect(billing.metricApproximateAgeOfOldestMessage().metricName).toBe("ApproximateAgeOfOldestMessage");
    expect(billing.metricApproximateNumberOfMessagesVisible().metricName).toBe("ApproximateNumberOfMessagesVisible");
  });
});
