import * as sns from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { AnyContract } from "../../lib/contract/index.ts";
import type { FanoutTopicProps } from "./fanout-topic-props.ts";
import { SNS } from "./limits.ts";
import { physicalName } from "./physical-names.ts";
import { checkInteger, configurationInvalid } from "./validation.ts";

/** Creates the topic: TLS only, with an explicit name, and with explicit deduplication ids on FIFO. */
export function createTopic(scope: Construct, props: FanoutTopicProps<AnyContract>, fifo: boolean): sns.Topic {
  const topic = new sns.Topic(scope, "Topic", {
    topicName: topicName(scope, props, fifo),
    enforceSSL: true,
    ...(fifo ? { fifo: true, contentBasedDeduplication: false } : {}),
    ...(props.fifoThroughputScope === undefined ? {} : { fifoThroughputScope: props.fifoThroughputScope }),
    ...(props.encryptionKey === undefined ? {} : { masterKey: props.encryptionKey }),
    ...(props.tracing === true ? { tracingConfig: sns.TracingConfig.ACTIVE } : {}),
    ...props.topicProps,
  });
  const resource = topic.node.defaultChild;
  if (props.maximumMessageSize !== undefined && resource instanceof sns.CfnTopic) {
    resource.maximumMessageSize = props.maximumMessageSize.toBytes();
  }
  return topic;
}

/** The topic's name. */
export function topicName(scope: Construct, props: FanoutTopicProps<AnyContract>, fifo: boolean): string {
  return props.topicProps?.topicName ?? physicalName(scope, { fifo, maxCharacters: SNS.nameCharacters });
}

/** Checks what SNS would refuse of a topic, and props that an existing topic cannot take. */
export function checkTopicProps(scope: Construct, props: FanoutTopicProps<AnyContract>, fifo: boolean): void {
  checkInteger(scope, "maximumMessageSize", props.maximumMessageSize?.toBytes(), SNS.messageBytes);
  if (fifo && (props.tracing === true || props.topicProps?.tracingConfig === sns.TracingConfig.ACTIVE)) {
    throw configurationInvalid(scope, {
      field: "tracing",
      message: "tracing is set, but SNS traces standard topics only, and this one is FIFO",
      remedy: "leave tracing out, and set handler.tracing to trace the functions",
    });
  }
  const scoped = props.fifoThroughputScope ?? props.topicProps?.fifoThroughputScope;
  if (!fifo && scoped !== undefined) {
    throw configurationInvalid(scope, {
      field: "fifoThroughputScope",
      message: "fifoThroughputScope is set on a standard topic",
      remedy: "set fifo: true, or leave fifoThroughputScope out",
    });
  }
  if (props.topic !== undefined) checkExistingTopic(scope, props, props.topic);
}

function checkExistingTopic(scope: Construct, props: FanoutTopicProps<AnyContract>, topic: sns.ITopic): void {
  const names = ["fifoThroughputScope", "tracing", "topicProps"] as const;
  const given = names.filter((name) => props[name] !== undefined);
  if (given.length > 0) {
    throw configurationInvalid(scope, {
      field: given.join(", "),
      message: `${given.join(", ")} given together with topic, whose properties are its own`,
      remedy: "set them on your topic, or leave topic out",
    });
  }
  if (props.fifo !== undefined && props.fifo !== topic.fifo) {
    throw configurationInvalid(scope, {
      field: "fifo",
      message: `fifo is ${props.fifo}, but topic is ${topic.fifo ? "FIFO" : "standard"}`,
      remedy: "leave fifo out: the topic's ARN tells",
    });
  }
}
