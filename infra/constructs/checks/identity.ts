import { ArnFormat, CfnResource, Reference, Stack, Stage, Token, Tokenization } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as sns from "aws-cdk-lib/aws-sns";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import { partitionOf } from "../../../lib/regions/index.ts";
import { isObject } from "./values.ts";

/**
 * Returns what all references to one AWS resource have in common: the path of its construct if this app creates it, also if it was imported
 * by its name or ARN, otherwise its ARN.
 */
export function identityOf(scope: IConstruct, arn: string): string {
  const { length, firstToken } = Tokenization.reverseString(arn);
  if (length === 1 && Reference.isReference(firstToken)) {
    return firstToken.target.node.path;
  }
  const text = textOf(scope, arn);
  const stage = Stage.of(scope) ?? scope.node.root;
  const own = stage.node.findAll().find((each) => CfnResource.isCfnResource(each) && namedArn(each) === text);
  return own?.node.path ?? text;
}

/** Returns the ARN of a resource whose name is known; `undefined` for others. */
function namedArn(resource: CfnResource): string | undefined {
  const stack = Stack.of(resource);
  const { name, service, prefix } = nameOf(resource) ?? {};
  if (name === undefined || service === undefined || Token.isUnresolved(name)) {
    return undefined;
  }
  return textOf(
    resource,
    prefix === undefined
      ? stack.formatArn({ service, resource: name })
      : stack.formatArn({ service, resource: prefix, resourceName: name, arnFormat: ArnFormat.SLASH_RESOURCE_NAME }),
  );
}

function nameOf(resource: CfnResource): { name: string | undefined; service: string; prefix?: string } | undefined {
  if (resource instanceof sqs.CfnQueue) {
    return { name: resource.queueName, service: "sqs" };
  }
  if (resource instanceof sns.CfnTopic) {
    return { name: resource.topicName, service: "sns" };
  }
  return resource instanceof dynamodb.CfnTable || resource instanceof dynamodb.CfnGlobalTable
    ? { name: resource.tableName, service: "dynamodb", prefix: "table" }
    : undefined;
}

/** Returns an ARN as text. The partition that CDK writes is that of the Region: an ARN that the user writes has it spelled out. */
function textOf(scope: IConstruct, arn: string): string {
  const value: unknown = Stack.of(scope).resolve(arn);
  const join = isObject(value) ? value["Fn::Join"] : undefined;
  const parts: unknown[] = Array.isArray(join) && Array.isArray(join[1]) ? join[1] : [value];
  const text = parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part))).join("");
  const [, rest] = text.split('arn:{"Ref":"AWS::Partition"}:');
  return rest === undefined ? text : `arn:${partitionOf(rest.split(":")[1] ?? "")}:${rest}`;
}
