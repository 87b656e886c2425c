import { type PolicyDocument, parsePolicy, partitionOf, permissionStatement, writePolicy } from "../../kernel/index.ts";
import { invalidParameter } from "../errors.ts";
import { findTopic } from "../lookup.ts";
import type { SnsHandler } from "../operations.ts";
import type { Topic } from "../state.ts";
import { policyText } from "../topic-policy.ts";

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
export const addPermission: SnsHandler<"AddPermission"> = (state, context, input) => {
  const topic = findTopic(state, context, input.TopicArn, "AddPermission");
  const { Label: label = "", AWSAccountId: accountIds = [], ActionName: names = [] } = input;
  if (label === "" || accountIds.length === 0 || names.length === 0) {
    throw invalidParameter("Label, AWSAccountId and ActionName must not be empty");
  }
  if (!names.every((name) => ACTIONS.has(name))) {
    throw invalidParameter("Policy statement action out of service scope!");
  }
  const policy = policyOf(topic);
  if (policy.statements.some((statement) => statement.Sid === label)) {
    throw invalidParameter("Statement already exists");
  }
  const statement = permissionStatement({
    label,
    partition: partitionOf(topic.region),
    accountIds,
    actions: names.map((name) => `SNS:${name}`),
    resource: topic.arn,
  });
  topic.attributes.set("Policy", writePolicy({ ...policy, statements: [...policy.statements, statement] }));
  return {};
};

/** Removes the statement with the label; a label that does not exist is not an error. */
export const removePermission: SnsHandler<"RemovePermission"> = (state, context, input) => {
  const topic = findTopic(state, context, input.TopicArn, "RemovePermission");
  const policy = policyOf(topic);
  const statements = policy.statements.filter((statement) => statement.Sid !== input.Label);
  topic.attributes.set("Policy", writePolicy({ ...policy, statements }));
  return {};
};

function policyOf(topic: Topic): PolicyDocument {
  return parsePolicy(policyText(topic)) ?? { header: {}, statements: [] };
}
