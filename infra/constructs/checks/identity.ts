import { ArnFormat, type CfnResource, Reference, Stack, Token, Tokenization } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as sns from "aws-cdk-lib/aws-sns";
import * as sqs from "aws-cdk-lib/aws-sqs";
import type { IConstruct } from "constructs";
import { partitionOf } from "../../../lib/regions/index.ts";
import { resourcesOf } from "./stage.ts";
import { isObject, resolved } from "./values.ts";

/** Returns the identity of the resource that has an ARN. */
export type Identify = (arn: string) => string;

/**
 * Returns what all references to one AWS resource have in common: the path of its construct if this app creates it, also if it was imported
 * by its name or ARN, otherwise its ARN. A resource that is created after the call is not found: what is stored for later, identify later.
 */
export function identityOf(scope: IConstruct, arn: string): string {
  return identities(scope)(arn);
}

/** Returns {@link identityOf} for many ARNs. It reads the names of the stage once, when it first needs them: use it for one check only. */
export function identities(scope: IConstruct): Identify {
  let named: ReadonlyMap<string, string> | undefined;
  return (arn) => {
    const { length, firstToken } = Tokenization.reverseString(arn);
    if (length === 1 && Reference.isReference(firstToken)) {
      return firstToken.target.node.path;
    }
    const text = textOf(scope, arn);
    named ??= namedResources(scope);
    return named.get(text) ?? text;
  };
}

/** Returns the paths of the resources of a stage whose names are known, by their ARNs. */
function namedResources(scope: IConstruct): ReadonlyMap<string, string> {
  return new Map(
    resourcesOf(scope).flatMap((resource) => {
      const arn = namedArn(resource);
      return arn === undefined ? [] : [[arn, resource.node.path] as const];
    }),
  );
}

/** ARNs by resource, and the names that they were made of: to resolve an ARN takes much longer than to compare a name. */
const known = new WeakMap<CfnResource, { readonly name: string; readonly arn: string }>();

/** Returns the ARN of a resource whose name is known; `undefined` for others. */
function namedArn(resource: CfnResource): string | undefined {
  const { name, service, prefix } = nameOf(resource) ?? {};
  if (name === undefined || service === undefined || Token.isUnresolved(name)) {
    return undefined;
  }
  const before = known.get(resource);
  if (before?.name === name) {
    return before.arn;
  }
  const stack = Stack.of(resource);
  const arn = textOf(
    resource,
    prefix === undefined
      ? stack.formatArn({ service, resource: name })
      : stack.formatArn({ service, resource: prefix, resourceName: name, arnFormat: ArnFormat.SLASH_RESOURCE_NAME }),
  );
  known.set(resource, { name, arn });
  return arn;
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
  const value = Token.isUnresolved(arn) ? resolved(scope, arn) : arn;
  const join = isObject(value) ? value["Fn::Join"] : undefined;
  const parts: unknown[] = Array.isArray(join) && Array.isArray(join[1]) ? join[1] : [value];
  const text = parts.map((part) => (typeof part === "string" ? part : JSON.stringify(part))).join("");
  const [, rest] = text.split('arn:{"Ref":"AWS::Partition"}:');
  return rest === undefined ? text : `arn:${partitionOf(rest.split(":")[1] ?? "")}:${rest}`;
}
