import { DEFAULT_REGION, type DeployedResource, type Deployment, type LocalRuntime } from "../../local/index.ts";
import { readManifest } from "../../ops/index.ts";
import { isJsonObject, parseJson } from "../../std/index.ts";
import { displayName } from "../display-name.ts";
import type { Session, SessionFunction, SessionTarget } from "./session.ts";

/** Describes what runs for the other commands. */
export function sessionOf({ deployment, endpoint, dynamoDbEndpoint }: LocalRuntime): Session {
  const endpoints = { AWS_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_DYNAMODB: dynamoDbEndpoint };
  const functions: Record<string, SessionFunction> = Object.create(null);
  for (const { configuration, internal } of deployment.functions) {
    const { functionName, codeDirectory, handler, environment, region } = configuration;
    if (!internal && codeDirectory !== undefined) {
      functions[functionName] = {
        directory: codeDirectory,
        handler,
        environment: { ...endpoints, AWS_REGION: region, AWS_LAMBDA_FUNCTION_NAME: functionName, ...environment },
      };
    }
  }
  const [first] = deployment.resources;
  return {
    version: 1,
    pid: process.pid,
    endpoint,
    dynamoDbEndpoint,
    region: first?.place.region ?? DEFAULT_REGION,
    accountId: first?.place.accountId ?? "000000000000",
    manifests: deployment.metadata.flatMap((metadata) => readManifest(metadata) ?? []),
    functions,
    targets: targetsOf(deployment),
  };
}

function targetsOf(deployment: Deployment): SessionTarget[] {
  const subscriptions = deployment.ofType("AWS::SNS::Subscription");
  const topics = deployment.ofType("AWS::SNS::Topic").map((topic): SessionTarget => {
    const own = subscriptions.filter(({ properties }) => properties.text("TopicArn") === topic.physicalId);
    const queues = own.map(({ properties }) => properties.text("Endpoint"));
    return {
      kind: "topic",
      ...placeOf(topic),
      functions: queues.flatMap((arn) => functionsOf(deployment, arn)),
      types: own.flatMap(({ properties }) => typesOf(properties.values.FilterPolicy)),
    };
  });
  const queues = deployment.ofType("AWS::SQS::Queue").map(
    (queue): SessionTarget => ({
      kind: "queue",
      ...placeOf(queue),
      functions: functionsOf(deployment, queue.arn),
      types: [],
    }),
  );
  return [...topics, ...queues];
}

function placeOf(resource: DeployedResource): Pick<SessionTarget, "names" | "target" | "region" | "accountId"> {
  const { logicalId, physicalId, attributes, place } = resource;
  const name = displayName(resource);
  // A topic of Fanfare is the construct `Orders` around the resource `Orders/Topic`.
  const construct = name.replace(/\/(?:Topic|Queue)$/, "");
  const given = [attributes.TopicName, attributes.QueueName].filter((each) => typeof each === "string");
  return {
    names: [...new Set([construct, name, construct.slice(construct.lastIndexOf("/") + 1), logicalId, ...given])],
    target: physicalId,
    region: place.region,
    accountId: place.accountId,
  };
}

function functionsOf(deployment: Deployment, queueArn: string | undefined): string[] {
  return deployment.mappings
    .filter(({ configuration }) => configuration.queueArn === queueArn)
    .map(({ configuration }) => configuration.functionName);
}

/** The event types in a filter policy: `{"type":["shop.OrderPlaced"]}`. */
function typesOf(policy: unknown): string[] {
  const parsed = typeof policy === "string" ? parseJson(policy) : policy;
  const types = isJsonObject(parsed) ? parsed.type : undefined;
  return Array.isArray(types) ? types.filter((type) => typeof type === "string") : [];
}
