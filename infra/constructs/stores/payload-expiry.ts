import { Duration, Lazy } from "aws-cdk-lib";
import * as s3 from "aws-cdk-lib/aws-s3";
import { isObject, resolved } from "../checks/index.ts";

/** Longest id of a lifecycle rule in characters. Source: Amazon S3 API Reference, "LifecycleRule". */
const RULE_ID_CHARACTERS = 255;

/** Days that the topics and work queues which share a prefix ask for, by bucket and prefix. */
const requests = new WeakMap<s3.Bucket, Map<string, (() => number)[]>>();

/**
 * Expires objects under a prefix. All who share bucket and prefix share one lifecycle rule, with the longest of their times: S3
 * refuses two rules with one id, and of two rules for the same objects the shorter one wins.
 *
 * @param days computed at synthesis
 */
export function expireAfter(bucket: s3.Bucket, prefix: string, days: () => number): void {
  const ofBucket = requests.get(bucket) ?? new Map<string, (() => number)[]>();
  requests.set(bucket, ofBucket);
  const shared = ofBucket.get(prefix);
  if (shared !== undefined) {
    shared.push(days);
    return;
  }
  const all = [days];
  ofBucket.set(prefix, all);
  bucket.addLifecycleRule({
    id: `fanfare-${prefix.slice(0, -1)}`.slice(0, RULE_ID_CHARACTERS),
    prefix,
    expiration: Duration.days(Lazy.number({ produce: () => Math.max(...all.map((each) => each())) })),
    abortIncompleteMultipartUploadAfter: Duration.days(1),
  });
}

/** Returns an id that two lifecycle rules of a bucket have, which S3 refuses; `undefined` if there is none. */
export function repeatedRuleOf(bucket: s3.IBucket): string | undefined {
  const ids = lifecycleRulesOf(bucket).flatMap(({ id }) => (typeof id === "string" ? [id] : []));
  return ids.find((id, index) => ids.indexOf(id) !== index);
}

/** A lifecycle rule that expires objects. */
export interface ExpiryRule {
  /** Id and prefix of the rule. */
  readonly name: string;
  /** Days after which it deletes an object; 0 for a rule with a date, after which it deletes them at once. */
  readonly days: number;
}

/** Returns the rules of a bucket that expire the objects under a prefix, also those that the user added. */
export function rulesFor(bucket: s3.IBucket, prefix: string): ExpiryRule[] {
  return lifecycleRulesOf(bucket).flatMap((rule) => {
    const covered = typeof rule.prefix === "string" ? rule.prefix : "";
    const applies = rule.status === "Enabled" && rule.tagFilters === undefined && prefix.startsWith(covered);
    const name = `${rule.id ?? "without an id"} (prefix "${covered}")`;
    const days = rule.expirationDate === undefined ? rule.expirationInDays : 0;
    return applies && typeof days === "number" ? [{ name, days }] : [];
  });
}

function lifecycleRulesOf(bucket: s3.IBucket): Record<string, unknown>[] {
  const resource = bucket.node.defaultChild;
  const configuration =
    resource instanceof s3.CfnBucket ? resolved(resource, resource.lifecycleConfiguration) : undefined;
  return isObject(configuration) && Array.isArray(configuration.rules) ? configuration.rules.filter(isObject) : [];
}
