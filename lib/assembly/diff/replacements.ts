import { isJsonObject } from "../../std/index.ts";
import type { AssemblyResource } from "../model/index.ts";
import { type Finding, findingAt, isSame, type Pair } from "./finding.ts";

interface Kind {
  readonly word: string;
  /** Properties whose change replaces the resource. Source: AWS CloudFormation Template Reference, "Update requires: Replacement". */
  readonly replacing: readonly string[];
  /** What goes with the resource. */
  readonly lost: string;
}

const KINDS: Readonly<Record<string, Kind>> = {
  "AWS::SQS::Queue": {
    word: "queue",
    replacing: ["QueueName", "FifoQueue"],
    lost: "the messages in it, those in flight included, are lost",
  },
  "AWS::SNS::Topic": {
    word: "topic",
    replacing: ["TopicName", "FifoTopic"],
    lost: "its archive and its subscriptions are lost, and what publishers send to the old ARN fails until they are deployed",
  },
  "AWS::DynamoDB::Table": {
    word: "table",
    replacing: ["TableName", "KeySchema", "LocalSecondaryIndexes", "ImportSourceSpecification"],
    lost: "its items are lost; if they are idempotency records, events that are redelivered run twice",
  },
  "AWS::DynamoDB::GlobalTable": {
    word: "table",
    replacing: ["TableName", "KeySchema", "LocalSecondaryIndexes"],
    lost: "its items are lost; if they are idempotency records, events that are redelivered run twice",
  },
  "AWS::S3::Bucket": {
    word: "bucket",
    replacing: ["BucketName"],
    lost: "its objects are lost (a bucket that is not empty makes the deployment fail); messages in queues may point to them",
  },
  "AWS::KMS::Key": { word: "key", replacing: [], lost: "what it encrypts cannot be read any more" },
};

/** Resources that keep something, and would be replaced. */
export function replacements(pairs: readonly Pair[]): Finding[] {
  return pairs.flatMap(({ before, after }) => {
    const kind = KINDS[before.type];
    const changed = kind?.replacing.filter((name) => !isSame(effective(before, name), effective(after, name))) ?? [];
    const keys = keyTypeChanges(before, after);
    if (kind === undefined || changed.length + keys.length === 0) {
      return [];
    }
    return [
      findingAt(after, {
        kind: "replaced",
        change: `the ${kind.word} is replaced by a new one, because ${[...changed, ...keys].join(", ")} changes`,
        consequence: before.kept.whenReplaced
          ? `the old ${kind.word} is kept but no longer used: what is in it stays there, unprocessed`
          : kind.lost,
        remedy: `keep ${[...changed, ...keys].join(", ")}, or drain the old ${kind.word} first and set removalPolicy: RETAIN`,
      }),
    ];
  });
}

/** Resources that keep something, and would be deleted. One whose logical id alone changes is deleted and made anew. */
export function removals(removed: readonly AssemblyResource[], added: readonly AssemblyResource[]): Finding[] {
  return removed.flatMap((before) => {
    const kind = KINDS[before.type];
    if (kind === undefined) {
      return [];
    }
    const alike = added.filter(({ type }) => type === before.type);
    const renamed =
      alike.find(
        ({ name, stack, properties }) =>
          stack === before.stack && (name === before.name || isSame(properties, before.properties)),
      ) ?? alike.find(({ name, logicalId }) => name === before.name || logicalId === before.logicalId);
    const consequence = before.kept.whenRemoved
      ? `the ${kind.word} is kept but no longer used: what is in it stays there`
      : kind.lost;
    return renamed === undefined
      ? [
          findingAt(before, {
            kind: "removed",
            change: `the ${kind.word} is deleted`,
            consequence,
            remedy: `drain it first; removalPolicy: RETAIN keeps it`,
          }),
        ]
      : [
          findingAt(before, {
            kind: "replaced",
            change: `the ${kind.word} is replaced by a new one, because ${movedText(before, renamed)}`,
            consequence,
            remedy:
              before.stack === renamed.stack
                ? `keep the logical id: overrideLogicalId("${before.logicalId}"), or cdk refactor`
                : "keep it in its stack, or move it with cdk refactor",
          }),
        ];
  });
}

function movedText(before: AssemblyResource, after: AssemblyResource): string {
  return before.stack === after.stack
    ? `its logical id changes from ${before.logicalId} to ${after.logicalId}`
    : `it moves from the stack ${before.stack} to ${after.stack}`;
}

/** FIFO is false where it is not set. */
function effective({ properties }: AssemblyResource, name: string): unknown {
  return properties[name] ?? (name === "FifoQueue" || name === "FifoTopic" ? false : null);
}

/** The type of a key attribute cannot change in place. */
function keyTypeChanges(before: AssemblyResource, after: AssemblyResource): string[] {
  const types = attributeTypes(after);
  return [...attributeTypes(before)]
    .filter(([name, type]) => types.has(name) && types.get(name) !== type)
    .map(([name]) => `the type of ${name}`);
}

function attributeTypes({ properties }: AssemblyResource): ReadonlyMap<string, string> {
  const definitions = Array.isArray(properties.AttributeDefinitions) ? properties.AttributeDefinitions : [];
  return new Map(
    definitions
      .filter(isJsonObject)
      .map(({ AttributeName, AttributeType }) => [String(AttributeName), String(AttributeType)]),
  );
}
