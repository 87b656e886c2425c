import { Duration, Lazy, Stack } from "aws-cdk-lib";
import * as s3 from "aws-cdk-lib/aws-s3";
import { isObject } from "../checks/index.ts";

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

/** A lifecycle rule that expires objects. */
export interface ExpiryRule {
  /** Id and prefix of the rule. */
  readonly name: string;
  readonly days: number;
}

/** Returns the rules of a bucket that expire the objects under a prefix, also those that the user added. */
export function rulesFor(bucket: s3.IBucket, prefix: string): ExpiryRule[] {
  const resource = bucket.node.defaultChild;
  if (!(resource instanceof s3.CfnBucket)) {
    return [];
  }
  const resolved: unknown = Stack.of(resource).resolve(resource.lifecycleConfiguration);
  if (!isObject(resolved) || !Array.isArray(resolved.rules)) {
    return [];
  }
  return resolved.rules.filter(isObject).flatMap((rule) => {
    const covered = typeof rule.prefix === "string" ? rule.prefix : "";
    const applies = rule.status === "Enabled" && rule.tagFilters === undefined && prefix.startsWith(covered);
    const name = `${rule.id ?? "without an id"} (prefix "${covered}")`;
    return applies && typeof rule.expirationInDays === "number" ? [{ name, days: rule.expirationInDays }] : [];
  });
}
