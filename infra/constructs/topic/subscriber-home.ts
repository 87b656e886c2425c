import type * as kms from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import type * as sns from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { AnyContract } from "../../../lib/contract/index.ts";
import type { LazyIdempotencyTable, PayloadStore } from "../stores/index.ts";
import { archiveDaysOf, topicArn } from "./create-topic.ts";
import type { FanoutTopicProps } from "./fanout-topic-props.ts";
import type { SubscriberHome } from "./subscriber.ts";

/** The topic's side of {@link subscriberHome}. */
export interface TopicSide<C extends AnyContract> {
  readonly topic: sns.ITopic;
  readonly props: FanoutTopicProps<C>;
  readonly fifo: boolean;
  readonly payloads: PayloadStore | undefined;
  readonly idempotency: LazyIdempotencyTable;
}

/** What subscribers know of their topic. */
export function subscriberHome<C extends AnyContract>(
  scope: Construct,
  { topic, props, fifo, payloads, idempotency }: TopicSide<C>,
  encryptionKey: kms.IKey | undefined,
): SubscriberHome {
  const { contract, shared = false } = props;
  const arn = topicArn(scope, props, fifo);
  return {
    topic,
    topicArn: arn,
    place: { env: topic.env, arn, scopes: [scope, topic], shared, encryptionKey: props.encryptionKey },
    contract,
    contractName: contract.name,
    fifo,
    archived: props.topic === undefined ? archiveDaysOf(props) !== undefined : undefined,
    payloads,
    idempotencyTable: (consumer) => idempotency.beside(consumer, encryptionKey),
    encryptionKey,
    handlerTracing: props.tracing === true ? lambda.Tracing.ACTIVE : undefined,
    alarms: props.alarms,
  };
}
