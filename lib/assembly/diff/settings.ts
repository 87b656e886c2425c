import { objectOf } from "../../std/index.ts";
import type { AssemblyResource } from "../model/index.ts";
import { type Finding, findingAt, isSame, type Pair } from "./finding.ts";

/** Types that keep messages, data or keys. */
const KEEPING = [
  "AWS::SQS::Queue",
  "AWS::SNS::Topic",
  "AWS::DynamoDB::Table",
  "AWS::DynamoDB::GlobalTable",
  "AWS::S3::Bucket",
  "AWS::KMS::Key",
];

/** Settings of resources that stay, and then treat messages, data or keys in a more dangerous way. */
export function settingFindings(pairs: readonly Pair[]): Finding[] {
  return pairs.flatMap((pair) => [
    ...sooner(pair),
    ...keyChange(pair),
    ...policyWeakens(pair),
    ...timeToLive(pair),
    ...deduplication(pair),
  ]);
}

function sooner({ before, after }: Pair): Finding[] {
  const [old, next] = [before, after].map(({ properties }) =>
    Number(objectOf(properties.RedrivePolicy).maxReceiveCount),
  );
  return before.type === "AWS::SQS::Queue" && old !== undefined && next !== undefined && next < old
    ? [
        findingAt(after, {
          kind: "deadLettersSooner",
          change: `messages are dead-lettered after ${next} receives instead of ${old}`,
          consequence: "messages that are being retried go to the dead-letter queue with their next receive",
          remedy: "keep maxReceiveCount, or deploy when nothing is retried",
        }),
      ]
    : [];
}

/** The key with which a resource is encrypted; undefined for AWS's own keys. */
function keyOf({ type, properties }: AssemblyResource): unknown {
  switch (type) {
    case "AWS::SQS::Queue":
    case "AWS::SNS::Topic":
      return properties.KmsMasterKeyId;
    case "AWS::DynamoDB::Table":
      return objectOf(properties.SSESpecification).KMSMasterKeyId;
    case "AWS::S3::Bucket": {
      const { ServerSideEncryptionConfiguration: rules } = objectOf(properties.BucketEncryption);
      const [rule] = Array.isArray(rules) ? rules : [];
      return objectOf(objectOf(rule).ServerSideEncryptionByDefault).KMSMasterKeyID;
    }
    default:
      return undefined;
  }
}

function keyChange({ before, after }: Pair): Finding[] {
  const [old, next] = [keyOf(before), keyOf(after)];
  return old === undefined || isSame(old, next)
    ? []
    : [
        findingAt(after, {
          kind: "keyChanges",
          change: next === undefined ? "it is no longer encrypted with its key" : "it is encrypted with another key",
          consequence:
            "what is in it stays encrypted with the old key: without the key, or permission to use it, it cannot be read",
          remedy: "keep the old key, and the permissions to use it, until everything in it is gone",
        }),
      ];
}

function policyWeakens({ before, after }: Pair): Finding[] {
  return KEEPING.includes(before.type) && before.kept.whenRemoved && !after.kept.whenRemoved
    ? [
        findingAt(after, {
          kind: "deletionPolicyWeakens",
          change: "it is no longer kept when the stack no longer has it",
          consequence: "the next deployment that removes or renames it, or deletes the stack, deletes what is in it",
          remedy: "keep removalPolicy: RETAIN",
        }),
      ]
    : [];
}

function timeToLive({ before, after }: Pair): Finding[] {
  if (!before.type.startsWith("AWS::DynamoDB::")) {
    return [];
  }
  const [old, next] = [timeToLiveOf(before), timeToLiveOf(after)];
  return old === next
    ? []
    : [
        findingAt(after, {
          kind: "timeToLiveChanges",
          change: `time to live goes by ${next ?? "nothing"} instead of ${old ?? "nothing"}`,
          consequence:
            next === undefined
              ? "items are never deleted: the table, and what it costs, grows"
              : `items are deleted whose attribute ${next} is in the past; idempotency records without it stay, and with it events can run twice`,
          remedy: `keep ${old ?? "it as it is"}; idempotency tables use expiresAt`,
        }),
      ];
}

function timeToLiveOf({ properties }: AssemblyResource): string | undefined {
  const { Enabled, AttributeName } = objectOf(properties.TimeToLiveSpecification);
  return (Enabled === true || Enabled === "true") && typeof AttributeName === "string" ? AttributeName : undefined;
}

/** Settings of FIFO queues and topics by which fewer duplicates are dropped, or sends are refused. */
function deduplication({ before, after }: Pair): Finding[] {
  const [old, next] = [before.properties, after.properties];
  const findings: Finding[] = [];
  if (isTrue(old.ContentBasedDeduplication) && !isTrue(next.ContentBasedDeduplication)) {
    findings.push(
      findingAt(after, {
        kind: "deduplicationNarrows",
        change: "its content is no longer the deduplication id",
        consequence: "messages that are sent without a deduplication id are refused",
        remedy: "keep contentBasedDeduplication until every sender sets an id; Fanfare's publisher does",
      }),
    );
  }
  const scope = ["DeduplicationScope", "FifoThroughputScope"].find(
    (name) => /^messageGroup$/i.test(String(next[name] ?? "")) && !/^messageGroup$/i.test(String(old[name] ?? "")),
  );
  if (scope !== undefined && (isTrue(old.FifoQueue) || isTrue(old.FifoTopic))) {
    findings.push(
      findingAt(after, {
        kind: "deduplicationNarrows",
        change: `duplicates are dropped within a message group only (${scope})`,
        consequence: "a message that is sent again in another group is delivered twice",
        remedy: "keep the scope, unless every event always has the same group",
      }),
    );
  }
  return findings;
}

function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}
