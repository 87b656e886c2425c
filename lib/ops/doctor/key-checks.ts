import { isJsonObject, type JsonObject, objectOf, parseJson } from "../../std/index.ts";
import { type Cloud, mapLimited, unlessAbsent } from "../cloud/index.ts";
import type { Fleet } from "../fleet/index.ts";
import { letsService, servicesAllowed } from "./policy.ts";
import type { Finding } from "./types.ts";

/** What a service needs to send to what a key encrypts. Source: Amazon SNS and Amazon SQS Developer Guides, "Key management". */
const ACTIONS = ["kms:Decrypt", "kms:GenerateDataKey"];

/** A queue or topic that a key encrypts, and the services that send to it. */
export interface KeyUse {
  /** Name of the subscriber; empty for a topic. */
  readonly subscriber: string;
  /** Name of the queue or topic. */
  readonly name: string;
  /** Id, ARN or alias. */
  readonly key: string;
  /** Principals: `sns.amazonaws.com`. */
  readonly services: readonly string[];
}

/** A key as AWS KMS describes it. */
export interface KeyFacts {
  /** `Enabled`, `Disabled`, `PendingDeletion` and so on. */
  readonly state: string;
  readonly policy: JsonObject;
}

/** A topic with what decides who can send to it. */
export interface TopicFacts {
  readonly arn: string;
  readonly key: string | undefined;
  readonly policy: JsonObject | undefined;
}

/**
 * Where keys encrypt what services send to: queues to which SNS delivers, queues and topics whose policies let services send, and topics
 * to which alarms are sent.
 */
export function keyUses(
  { subscribers }: Fleet,
  topics: readonly TopicFacts[],
  alarmTopics: ReadonlySet<string>,
): KeyUse[] {
  const queues = subscribers.flatMap(({ name: subscriber, subscriptions, queue, subscriptionDeadLetterQueues }) =>
    [queue, ...subscriptionDeadLetterQueues].map(({ name, kmsKeyId: key, policy }) => ({
      subscriber,
      name,
      key,
      services: [
        ...(subscriptions.length > 0 ? ["sns.amazonaws.com"] : []),
        ...servicesAllowed(policy, "sqs:SendMessage"),
      ],
    })),
  );
  const sent = topics.map(({ arn, key, policy }) => ({
    subscriber: "",
    name: arn.slice(arn.lastIndexOf(":") + 1),
    key,
    services: [
      ...(alarmTopics.has(arn) ? ["cloudwatch.amazonaws.com"] : []),
      ...servicesAllowed(policy, "sns:Publish"),
    ],
  }));
  return [...queues, ...sent].flatMap(({ key, services, ...use }) =>
    key === undefined || key === "" || services.length === 0 ? [] : [{ ...use, key, services: [...new Set(services)] }],
  );
}

/** Keys with which services cannot send. `keys` has `undefined` for those that may not be read. */
export function keyFindings(uses: readonly KeyUse[], keys: ReadonlyMap<string, KeyFacts | undefined>): Finding[] {
  return uses.flatMap(({ subscriber, name, key, services }): Finding[] => {
    const find = (problem: string, fix: string): Finding => ({
      severity: "error",
      subscriber,
      message: `${name} is encrypted with ${key}, ${problem}`,
      fix,
    });
    if (isManaged(key)) {
      const problem = `whose policy cannot let ${services.join(" or ")} send`;
      return [
        find(
          problem,
          `use a customer managed key that lets ${services.join(" and ")} call kms:Decrypt and kms:GenerateDataKey*, or SQS's own encryption`,
        ),
      ];
    }
    const facts = keys.get(key);
    if (facts === undefined) {
      return [];
    }
    if (facts.state !== "Enabled") {
      return [
        find(
          `which is ${facts.state}: nothing can be sent or received`,
          "enable the key, or cancel its deletion, with aws kms",
        ),
      ];
    }
    return services
      .filter((service) => !ACTIONS.every((action) => letsService(facts.policy, service, action)))
      .map((service) =>
        find(
          `whose policy does not let ${service} send`,
          `let ${service} call kms:Decrypt and kms:GenerateDataKey* in the policy of the key`,
        ),
      );
  });
}

/** Key policies and topics, read. `unread`: keys that could not be. */
export async function checkKeys(
  cloud: Cloud,
  fleet: Fleet,
  alarmTopics: ReadonlySet<string>,
): Promise<{ readonly findings: readonly Finding[]; readonly unread: readonly string[] }> {
  const arns = [...new Set([...fleet.topics.map(({ arn }) => arn), ...alarmTopics])];
  const topics = await mapLimited(arns, (arn) => unlessAbsent(() => topicFacts(cloud, arn)));
  const uses = keyUses(
    fleet,
    topics.filter((each) => each !== undefined),
    alarmTopics,
  );
  const ids = [...new Set(uses.map(({ key }) => key))].filter((key) => !isManaged(key));
  const facts = await mapLimited(ids, (id) => unlessAbsent(() => keyFacts(cloud, id)));
  const keys = new Map(ids.map((id, index) => [id, facts[index]]));
  return { findings: keyFindings(uses, keys), unread: ids.filter((id) => keys.get(id) === undefined) };
}

/** `alias/aws/sqs`, by name or ARN: its policy belongs to AWS. */
function isManaged(key: string): boolean {
  return /(?:^|:)alias\/aws\//.test(key);
}

/** @returns undefined for a topic that is gone, or of another account */
async function topicFacts(cloud: Cloud, arn: string): Promise<TopicFacts | undefined> {
  const { sdk, call } = await cloud.sns();
  const command = new sdk.GetTopicAttributesCommand({ TopicArn: arn });
  try {
    const { Attributes = {} } = await call((client, options) => client.send(command, options));
    const policy = parseJson(Attributes.Policy ?? "");
    return { arn, key: Attributes.KmsMasterKeyId, policy: isJsonObject(policy) ? policy : undefined };
  } catch (error) {
    if (error instanceof Error && error.name.startsWith("NotFound")) {
      return undefined;
    }
    throw error;
  }
}

async function keyFacts({ kms }: Cloud, id: string): Promise<KeyFacts | undefined> {
  try {
    // The policy is asked by id or ARN; only a description takes an alias.
    const { KeyId, KeyState } = objectOf((await kms("DescribeKey", { KeyId: id })).KeyMetadata);
    const { Policy } = await kms("GetKeyPolicy", { KeyId: String(KeyId), PolicyName: "default" });
    return { state: String(KeyState), policy: objectOf(parseJson(String(Policy))) };
  } catch (error) {
    if (error instanceof Error && error.name === "NotFoundException") {
      return { state: "deleted", policy: {} };
    }
    throw error;
  }
}
