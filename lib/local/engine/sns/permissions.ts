import type { AddPermissionCommandInput } from "@aws-sdk/client-sns";
import type { CallContext } from "../kernel/index.ts";
import { partitionOf } from "./arn.ts";
import { invalidParameter } from "./errors.ts";
import { findTopic } from "./lookup.ts";
import { policyText, statementsOf } from "./policy.ts";
import type { SnsState, Topic } from "./state.ts";

/** Source: API Reference, "AddPermission": "Valid Values: any Amazon SNS action name". */
const ACTIONS: ReadonlySet<string> = new Set([
  "AddPermission",
  "DeleteTopic",
  "GetDataProtectionPolicy",
  "GetTopicAttributes",
  "ListSubscriptionsByTopic",
  "ListTagsForResource",
  "Publish",
  "PutDataProtectionPolicy",
  "RemovePermission",
  "SetTopicAttributes",
  "Subscribe",
]);

/**
 * Adds a statement to the topic's policy.
 *
 * @throws AwsError InvalidParameter for a label that is taken and for an action that SNS does not have
 */
export function addPermission(state: SnsState, context: CallContext, input: AddPermissionCommandInput): void {
  const topic = findTopic(state, context, input.TopicArn, "AddPermission");
  const { Label: label = "", AWSAccountId: accounts = [], ActionName: names = [] } = input;
  if (label === "" || accounts.length === 0 || names.length === 0) {
    throw invalidParameter("Label, AWSAccountId and ActionName must not be empty");
  }
  if (!names.every((name) => ACTIONS.has(name))) {
    throw invalidParameter("Policy statement action out of service scope!");
  }
  const statements = statementsOf(policyText(topic));
  if (statements.some((statement) => statement.Sid === label)) {
    throw invalidParameter("Statement already exists");
  }
  const principals = accounts.map((account) => `arn:${partitionOf(topic.region)}:iam::${account}:root`);
  const actions = names.map((name) => `SNS:${name}`);
  setStatements(topic, [
    ...statements,
    {
      Sid: label,
      Effect: "Allow",
      Principal: { AWS: principals.length === 1 ? principals[0] : principals },
      Action: actions.length === 1 ? actions[0] : actions,
      Resource: topic.arn,
    },
  ]);
}

/** Removes the statement with the label; one that is not there is no error. */
export function removePermission(
  state: SnsState,
  context: CallContext,
  input: { TopicArn: string | undefined; Label: string | undefined },
): void {
  const topic = findTopic(state, context, input.TopicArn, "RemovePermission");
  setStatements(
    topic,
    statementsOf(policyText(topic)).filter((statement) => statement.Sid !== input.Label),
  );
}

function setStatements(topic: Topic, statements: readonly unknown[]): void {
  const document = JSON.parse(policyText(topic)) as Readonly<Record<string, unknown>>;
  topic.attributes.set("Policy", JSON.stringify({ ...document, Statement: statements }));
}
