import { Annotations, Reference, Stack, Token, Tokenization } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import * as sns from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { identityOf, refuseIf } from "../checks/index.ts";
import { refuseManagedKey } from "./encryption.ts";

const CLOUDWATCH = "cloudwatch.amazonaws.com";

/** Topics that alarms of an account may notify, each as `identity account`. */
const allowed = new WeakMap<object, Set<string>>();

/** Returns the topic of this app that an action of an alarm notifies; `undefined` for any other action. */
export function topicBehind(actionArn: string): sns.ITopic | undefined {
  const { length, firstToken } = Tokenization.reverseString(actionArn);
  const topic = length === 1 && Reference.isReference(firstToken) ? firstToken.target.node.scope : undefined;
  return topic instanceof sns.Topic ? topic : undefined;
}

/**
 * Allows CloudWatch to publish the alarms of a stack's account to a topic, and to use its key. A topic that has any policy, such as
 * that of `enforceSSL`, has no default policy any more, and CloudWatch drops notifications that are refused without a trace.
 * Source: Amazon CloudWatch User Guide, "Notifying users on alarm changes"; Amazon SNS Developer Guide, "Example cases for access
 * control" and "Enable compatibility between event sources from AWS services and encrypted topics".
 *
 * @throws FanfareError `ConfigurationInvalid` for a topic of another Region, a FIFO topic, or one with an AWS managed key
 */
export function allowAlarmsOnTopic(scope: Construct, topic: sns.ITopic): void {
  const { account, region } = Stack.of(scope);
  const known = allowed.get(scope.node.root) ?? new Set<string>();
  allowed.set(scope.node.root, known);
  const entry = `${identityOf(scope, topic.topicArn)} ${account}`;
  if (known.has(entry)) {
    return;
  }
  known.add(entry);
  refuseOtherRegion(scope, topic, region);
  refuseIf(scope, topic.fifo || (!Token.isUnresolved(topic.topicArn) && topic.topicArn.endsWith(".fifo")), {
    field: "alarms.actionTopic",
    message:
      "alarms.actionTopic is a FIFO topic, but CloudWatch sends no message group, without which it refuses messages",
    remedy: "use a standard topic",
  });
  refuseManagedKey(scope, "alarms.actionTopic", topic.masterKey, CLOUDWATCH);

  const conditions = { StringEquals: { "aws:SourceAccount": account } };
  const principals = [new iam.ServicePrincipal(CLOUDWATCH)];
  const publish = new iam.PolicyStatement({
    principals,
    actions: ["sns:Publish"],
    resources: [topic.topicArn],
    conditions,
  });
  const encrypt = new iam.PolicyStatement({
    principals,
    actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
    resources: ["*"],
    conditions,
  });
  const missing = [
    ...(topic.addToResourcePolicy(publish).statementAdded ? [] : [publish]),
    ...(topic.masterKey === undefined || topic.masterKey.addToResourcePolicy(encrypt).statementAdded ? [] : [encrypt]),
  ];
  if (missing.length > 0) {
    const statements = Stack.of(scope).resolve(missing.map((statement) => statement.toStatementJson()));
    Annotations.of(scope).addWarningV2(
      "fanfare:alarmTopicImported",
      `the topic of the alarms, or its key, is imported, so its policy cannot be changed here; unless it allows CloudWatch, nobody is notified. Add these statements, the one of KMS to the key: ${JSON.stringify(statements)}`,
    );
  }
}

function refuseOtherRegion(scope: Construct, topic: sns.ITopic, region: string): void {
  const other = topic.env.region;
  refuseIf(scope, !Token.isUnresolved(other) && !Token.isUnresolved(region) && other !== region, {
    field: "alarms.actionTopic",
    message: `alarms.actionTopic is in ${other}, but the alarms are in ${region}; CloudWatch notifies only topics of its own Region`,
    remedy: `use a topic in ${region}`,
  });
}
