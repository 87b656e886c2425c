import { Stack, Token } from "aws-cdk-lib";
import * as sns from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { AnyContract } from "../../../lib/contract/index.ts";
import { refuseKeyOfOtherRegion, refuseManagedKey } from "../access/index.ts";
import { checkInteger, refuseIf, refuseNameTwice, refuseOptions, SNS } from "../checks/index.ts";
import { differs } from "../places/index.ts";
import { checkGivenName, physicalName } from "../queue/index.ts";
import type { FanoutTopicProps } from "./fanout-topic-props.ts";

type Props = FanoutTopicProps<AnyContract>;

/** Creates the topic: TLS only, with an explicit name, and on FIFO with explicit deduplication ids. */
export function createTopic(scope: Construct, props: Props, fifo: boolean): sns.Topic {
  checkGivenName(scope, "topicProps.topicName", props.topicProps?.topicName, {
    fifo,
    maxCharacters: SNS.nameCharacters,
  });
  const topic = new sns.Topic(scope, "Topic", {
    topicName: topicName(scope, props, fifo),
    enforceSSL: true,
    ...(fifo ? { fifo: true, contentBasedDeduplication: false } : {}),
    fifoThroughputScope: props.fifoThroughputScope,
    messageRetentionPeriodInDays: props.messageRetentionPeriodInDays,
    masterKey: props.encryptionKey,
    tracingConfig: props.tracing === true ? sns.TracingConfig.ACTIVE : undefined,
    ...props.topicProps,
  });
  const resource = topic.node.defaultChild;
  if (props.maximumMessageSize !== undefined && resource instanceof sns.CfnTopic) {
    // Older versions of aws-cdk-lib have no property for it.
    resource.addPropertyOverride("MaximumMessageSize", props.maximumMessageSize.toBytes());
  }
  if ((props.topicProps?.topicName ?? props.namePrefix) !== undefined) {
    refuseNameTwice(scope, "topicProps.topicName", {
      own: resource,
      isSameType: (other) => other instanceof sns.CfnTopic,
      nameOf: (other) => other.topicName,
      within: "region",
    });
  }
  return topic;
}

/**
 * Returns the topic of an ARN, beside the construct with this id.
 *
 * @throws FanfareError `ConfigurationInvalid` for what is no ARN of a topic
 */
export function importTopic(scope: Construct, id: string, topicArn: string): sns.ITopic {
  refuseIf(
    scope,
    !Token.isUnresolved(topicArn) && !/^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]+(\.fifo)?$/.test(topicArn),
    {
      field: "topicArn",
      message: `the ARN of ${id} is "${topicArn}", which is not that of a topic`,
      remedy: "write it as the owner of the topic sees it: arn:aws:sns:eu-central-1:111122223333:orders",
    },
  );
  return sns.Topic.fromTopicArn(scope, `${id}Topic`, topicArn);
}

/** Returns the ARN of the topic without a reference to the topic that is created. */
export function topicArn(scope: Construct, props: Props, fifo: boolean): string {
  const { topic } = props;
  return topic?.topicArn ?? Stack.of(scope).formatArn({ service: "sns", resource: topicName(scope, props, fifo) });
}

/** Returns the days for which the topic archives messages; `undefined` without an archive. */
export function archiveDaysOf({ messageRetentionPeriodInDays, topicProps }: Props): number | undefined {
  return topicProps?.messageRetentionPeriodInDays ?? messageRetentionPeriodInDays;
}

function topicName(scope: Construct, { topicProps, namePrefix }: Props, fifo: boolean): string {
  return topicProps?.topicName ?? physicalName(scope, { prefix: namePrefix, fifo, maxCharacters: SNS.nameCharacters });
}

/** Checks what SNS would refuse of a topic, and props that an existing topic cannot take. */
export function checkTopicProps(scope: Construct, props: Props, fifo: boolean): void {
  refuseManagedKey(scope, "encryptionKey", props.encryptionKey);
  refuseKeyOfOtherRegion(scope, "encryptionKey", props.encryptionKey);
  checkInteger(scope, "maximumMessageSize", props.maximumMessageSize?.toBytes(), SNS.messageBytes);
  refuseIf(scope, fifo && (props.tracing === true || props.topicProps?.tracingConfig === sns.TracingConfig.ACTIVE), {
    field: "tracing",
    message: "tracing is set on a FIFO topic, but SNS traces standard topics only",
    remedy: "leave tracing out, and set handler.tracing to trace the functions",
  });
  checkInteger(scope, "messageRetentionPeriodInDays", props.messageRetentionPeriodInDays, SNS.archiveDays);
  refuseIf(scope, !fifo && archiveDaysOf(props) !== undefined, {
    field: "messageRetentionPeriodInDays",
    message:
      "messageRetentionPeriodInDays is set on a standard topic, but SNS archives the messages of FIFO topics only",
    remedy: "set fifo: true, or leave messageRetentionPeriodInDays out",
  });
  refuseIf(scope, !fifo && (props.fifoThroughputScope ?? props.topicProps?.fifoThroughputScope) !== undefined, {
    field: "fifoThroughputScope",
    message: "fifoThroughputScope is set on a standard topic",
    remedy: "set fifo: true, or leave fifoThroughputScope out",
  });
  if (props.topic !== undefined) {
    checkExistingTopic(scope, props, props.topic);
  }
}

function checkExistingTopic(scope: Construct, props: Props, topic: sns.ITopic): void {
  refuseOptions(scope, props, ["fifoThroughputScope", "messageRetentionPeriodInDays", "tracing", "topicProps"], {
    because: "given together with topic, which has its own properties",
    remedy: "set them on your topic, or leave topic out",
  });
  refuseIf(scope, props.fifo !== undefined && props.fifo !== topic.fifo, {
    field: "fifo",
    message: `fifo is ${props.fifo}, but topic is ${topic.fifo ? "FIFO" : "standard"}`,
    remedy: "leave fifo out: it is derived from the topic's ARN",
  });
  const { largePayloads = false } = props;
  const hasBucket = typeof largePayloads === "object" && largePayloads.bucket !== undefined;
  refuseIf(scope, largePayloads !== false && !hasBucket && differs(topic.env.account, Stack.of(scope).account), {
    field: "largePayloads.bucket",
    message: `the topic belongs to account ${topic.env.account}, whose publishers would not know a bucket that is created here`,
    remedy:
      'pass the bucket of the topic\'s owner: largePayloads: { bucket: s3.Bucket.fromBucketAttributes(this, "Payloads", { bucketName, account, region }) }',
  });
}
