import { Annotations, Aws } from "aws-cdk-lib";
import type * as iam from "aws-cdk-lib/aws-iam";
import type * as sqs from "aws-cdk-lib/aws-sqs";
import type { Construct } from "constructs";
import { identityOf, refuseIf } from "../checks/index.ts";
import { shareEnvironment } from "../places/index.ts";
import { definedFunctionOf, functionBehind } from "./defined-function.ts";

/** Where functions publish, by the variable that tells them. */
const targets = new WeakMap<object, Map<string, string>>();

/** Returns the URL of a queue, for a publisher that may be in another account or Region: CDK refers to it by its name there. */
export function queueUrlFor(queue: sqs.IQueue, grantee: iam.IGrantable): string {
  const publisher = functionBehind(grantee);
  const { account, region } = queue.env;
  return publisher === undefined || shareEnvironment(queue, publisher)
    ? queue.queueUrl
    : `https://sqs.${region}.${Aws.URL_SUFFIX}/${account}/${queue.queueName}`;
}

/** The environment variables of a publisher. */
export interface PublisherEnvironment {
  /** Name of the variable that holds the topic or queue. */
  readonly targetVariable: string;
  /** ARN of the topic or queue. */
  readonly arn: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * Sets the variables of a function that publishes. A grantee that is not a function has no environment.
 *
 * @throws FanfareError `ConfigurationInvalid` if the function publishes events of the same contract elsewhere already
 */
export function setPublisherEnvironment(
  scope: Construct,
  grantee: iam.IGrantable,
  { targetVariable, arn, variables }: PublisherEnvironment,
): void {
  const publisher = functionBehind(grantee);
  if (publisher === undefined) {
    return;
  }
  const fn = definedFunctionOf(publisher);
  if (fn === undefined) {
    Annotations.of(scope).addWarningV2(
      "fanfare:publisherImported",
      `the publishing function ${publisher.node.path} is imported, so its environment cannot be set here: set ${Object.keys(variables).join(", ")} where it is defined. If it was imported without its role, grant its permissions there too.`,
    );
    return;
  }
  const ofFunction = targets.get(fn) ?? new Map<string, string>();
  targets.set(fn, ofFunction);
  const target = identityOf(scope, arn);
  const other = ofFunction.get(targetVariable);
  refuseIf(scope, other !== undefined && other !== target, {
    field: "grantPublish",
    message: `the function ${fn.node.path} already publishes to ${other} by the variable ${targetVariable}, which can name only one topic or queue: its events would go to the wrong one`,
    remedy:
      "give the contracts different names, use two functions, or grant with topic.topic.grantPublish(fn) and name the target in createPublisher",
  });
  ofFunction.set(targetVariable, target);
  for (const [name, value] of Object.entries(variables)) {
    fn.addEnvironment(name, value);
  }
}
