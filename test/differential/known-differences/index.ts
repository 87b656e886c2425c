import { S3_DIFFERENCES } from "./s3.ts";
import type { KnownDifference, Sighting } from "./sighting.ts";
import { SNS_DIFFERENCES } from "./sns.ts";
import { SNS_TOPIC_DIFFERENCES } from "./sns-topics.ts";
import { SQS_DIFFERENCES } from "./sqs.ts";
import { SQS_QUEUE_DIFFERENCES } from "./sqs-queues.ts";

export type { KnownDifference, Sighting } from "./sighting.ts";

/** All that has been judged. docs/evidence/differential.md lists it for people. */
export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  ...SQS_DIFFERENCES,
  ...SQS_QUEUE_DIFFERENCES,
  ...SNS_DIFFERENCES,
  ...SNS_TOPIC_DIFFERENCES,
  ...S3_DIFFERENCES,
];

/** The judgement on a difference, if there is one. */
export function knownDifference(sighting: Sighting): KnownDifference | undefined {
  return KNOWN_DIFFERENCES.find(({ matches }) => matches(sighting));
}
