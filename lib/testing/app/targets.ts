import type { AnyContract } from "../../contract/index.ts";
import { type DeployedResource, type Deployment, LocalError } from "../../local/index.ts";
import { publisherVariables } from "../../names/index.ts";
import { TestAppError } from "./errors.ts";
import type { AppSubscriber } from "./subscribers.ts";

/** The topic or queue that takes a contract's events in a deployed app, with the settings of its publishers. */
export interface PublishTarget {
  readonly resource: DeployedResource;
  /** ARN of the topic, or URL of the queue. */
  readonly target: string;
  readonly maxMessageBytes: number | undefined;
  /** `bucket/prefix` of large payloads. */
  readonly payloadLocation: string | undefined;
}

/**
 * Finds the topic or queue of a contract: the one given; else the one that a function publishes the contract to; else the one
 * whose subscribers consume the contract; else the only topic.
 *
 * @throws TestAppError `NotFound` when none is found, or more than one
 */
export function findTarget(
  deployment: Deployment,
  subscribers: readonly AppSubscriber[],
  contract: AnyContract,
  given: string | undefined,
): PublishTarget {
  const resource = given === undefined ? guess(deployment, subscribers, contract) : named(deployment, given);
  const target = resource.physicalId;
  const variables = publisherVariables(contract.name);
  const environment = deployment.functions
    .map(({ configuration }) => configuration.environment)
    .find((each) => each[variables.target] === target);
  const bytes = environment?.[variables.maxMessageBytes] ?? resource.properties.text("MaximumMessageSize");
  return {
    resource,
    target,
    maxMessageBytes: bytes === undefined ? undefined : Number(bytes),
    payloadLocation: environment?.[variables.payloadLocation] ?? locationOf(subscribers, contract),
  };
}

function named(deployment: Deployment, given: string): DeployedResource {
  const tries = ["AWS::SNS::Topic", "AWS::SQS::Queue"].flatMap((type) =>
    [given, `${given}/Topic`, `${given}/Queue`].map((key) => ({ key, type })),
  );
  for (const { key, type } of tries) {
    try {
      return deployment.find(key, type);
    } catch (error) {
      if (!(error instanceof LocalError && error.code === "NotFound")) {
        throw error;
      }
    }
  }
  throw new TestAppError(
    "NotFound",
    `there is no topic or queue ${given}; there are: ${listed(candidates(deployment))}`,
  );
}

function guess(deployment: Deployment, subscribers: readonly AppSubscriber[], contract: AnyContract): DeployedResource {
  const all = candidates(deployment);
  const variable = publisherVariables(contract.name).target;
  const targets = deployment.functions.map(({ configuration }) => configuration.environment[variable]);
  const consuming = subscribers.filter(({ consumer }) => consumer?.startsWith(`${contract.name}.`));
  const queueArns = new Set(consuming.map(({ queueArn }) => queueArn));
  const topicArns = new Set(
    deployment
      .ofType("AWS::SNS::Subscription")
      .filter(({ properties }) => queueArns.has(String(properties.values.Endpoint)))
      .map(({ properties }) => String(properties.values.TopicArn)),
  );
  const topics = all.filter(({ type }) => type === "AWS::SNS::Topic");
  const groups = [
    all.filter(({ physicalId }) => targets.includes(physicalId)),
    topics.filter(({ physicalId }) => topicArns.has(physicalId)),
    topicArns.size === 0 ? all.filter(({ arn }) => arn !== undefined && queueArns.has(arn)) : [],
    topics,
  ];
  const found = groups.find((group) => group.length > 0) ?? [];
  const [only, another] = found;
  if (only !== undefined && another === undefined) {
    return only;
  }
  const what =
    only === undefined ? "no topic or queue of the app is known to take" : "more than one topic or queue may take";
  throw new TestAppError("NotFound", `${what} the events of contract ${contract.name}: ${listed(found)}`, {
    remedy: `name it: publisher(${contract.name}, "Shop/Orders")`,
  });
}

function candidates(deployment: Deployment): readonly DeployedResource[] {
  return [...deployment.ofType("AWS::SNS::Topic"), ...deployment.ofType("AWS::SQS::Queue")];
}

function listed(resources: readonly DeployedResource[]): string {
  return resources.map(({ path, stackName, logicalId }) => path ?? `${stackName}/${logicalId}`).join(", ") || "none";
}

/** Consumers read payloads from the location to which publishers write them. */
function locationOf(subscribers: readonly AppSubscriber[], contract: AnyContract): string | undefined {
  const sources = subscribers
    .filter(({ consumer }) => consumer?.startsWith(`${contract.name}.`))
    .flatMap(({ payloadSources }) => payloadSources ?? []);
  const [only, another] = [...new Set(sources)];
  return another === undefined && only?.includes(",") === false ? only : undefined;
}
