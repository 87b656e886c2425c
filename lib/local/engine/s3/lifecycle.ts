import type { BucketLifecycleConfiguration, LifecycleRule } from "@aws-sdk/client-s3";
import { type EngineEnvironment, randomUuid } from "../kernel/index.ts";
import { s3Error } from "./errors.ts";
import { S3_LIMITS } from "./limits.ts";
import type { Bucket, StoredObject } from "./state.ts";

const DAY = 86_400_000;

/**
 * Checks a lifecycle configuration and gives its rules the ids that they lack.
 *
 * @throws AwsError MalformedXML, InvalidArgument, InvalidRequest
 */
export function checkLifecycle(
  configuration: BucketLifecycleConfiguration | undefined,
  environment: EngineEnvironment,
): BucketLifecycleConfiguration {
  const rules = configuration?.Rules ?? [];
  if (rules.length === 0 || rules.length > S3_LIMITS.lifecycleRules) {
    throw s3Error("MalformedXML");
  }
  const named = rules.map((rule) => ({ ...rule, ID: rule.ID || randomUuid(environment) }));
  if (new Set(named.map((rule) => rule.ID)).size < named.length) {
    throw s3Error("InvalidArgument", "Rule ID must be unique. Found same ID for one or more rules");
  }
  named.forEach(checkRule);
  return { Rules: named };
}

/**
 * Removes what the rules have expired by now: objects by age or date, and unfinished uploads by age. S3 acts at midnight
 * UTC, so the rules are applied once a day, at the first call.
 */
export function applyLifecycle(bucket: Bucket, now: number): void {
  const today = Math.floor(now / DAY);
  if (bucket.sweptDay === today) {
    return;
  }
  bucket.sweptDay = today;
  const rules = enabledRules(bucket);
  if (rules.length === 0) {
    return;
  }
  for (const [key, object] of bucket.objects) {
    const expiry = expiryOf(rules, key, object);
    if (expiry !== undefined && expiry.at <= now) {
      bucket.objects.delete(key);
      bucket.keys.remove(key);
    }
  }
  for (const upload of bucket.uploads.values()) {
    for (const rule of rules) {
      const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation;
      if (days !== undefined && upload.key.startsWith(prefixOf(rule)) && midnightAfter(upload.initiated, days) <= now) {
        bucket.uploads.delete(upload.id);
      }
    }
  }
}

/** The header `x-amz-expiration` of an object that a rule will expire. */
export function expirationHeader(bucket: Bucket, key: string, object: StoredObject): string | undefined {
  const expiry = expiryOf(enabledRules(bucket), key, object);
  return expiry === undefined
    ? undefined
    : `expiry-date="${new Date(expiry.at).toUTCString()}", rule-id="${encodeURIComponent(expiry.rule.ID ?? "")}"`;
}

function enabledRules(bucket: Bucket): LifecycleRule[] {
  return (bucket.configuration.lifecycle?.Rules ?? []).filter((rule) => rule.Status === "Enabled");
}

/** The earliest expiry that a rule gives the object. */
function expiryOf(
  rules: readonly LifecycleRule[],
  key: string,
  object: StoredObject,
): { at: number; rule: LifecycleRule } | undefined {
  let earliest: { at: number; rule: LifecycleRule } | undefined;
  for (const rule of rules) {
    const { Days: days, Date: date } = rule.Expiration ?? {};
    const at = days === undefined ? date?.getTime() : midnightAfter(object.lastModified, days);
    if (at !== undefined && appliesTo(rule, key, object) && (earliest === undefined || at < earliest.at)) {
      earliest = { at, rule };
    }
  }
  return earliest;
}

function appliesTo(rule: LifecycleRule, key: string, object: StoredObject): boolean {
  const filter = rule.Filter?.And ?? rule.Filter ?? {};
  const { Tag: tag, And: { Tags: tags = [] } = {} } = rule.Filter ?? {};
  const wanted = tag === undefined ? tags : [tag];
  const size = object.body.byteLength;
  return (
    wanted.every(({ Key, Value }) => object.tags?.some((own) => own.Key === Key && own.Value === Value) === true) &&
    key.startsWith(prefixOf(rule)) &&
    (filter.ObjectSizeGreaterThan === undefined || size > filter.ObjectSizeGreaterThan) &&
    (filter.ObjectSizeLessThan === undefined || size < filter.ObjectSizeLessThan)
  );
}

function prefixOf(rule: LifecycleRule): string {
  return rule.Filter?.And?.Prefix ?? rule.Filter?.Prefix ?? rule.Prefix ?? "";
}

/**
 * The time plus the days, rounded up to the next midnight UTC.
 *
 * Source: User Guide, "Lifecycle rules: based on an object's age".
 */
function midnightAfter(time: number, days: number): number {
  return (Math.floor((time + days * DAY) / DAY) + 1) * DAY;
}

function checkRule(rule: LifecycleRule): void {
  if (rule.Status !== "Enabled" && rule.Status !== "Disabled") {
    throw s3Error("MalformedXML");
  }
  const actions = [
    rule.Expiration,
    rule.AbortIncompleteMultipartUpload,
    rule.NoncurrentVersionExpiration,
    rule.Transitions,
    rule.NoncurrentVersionTransitions,
  ];
  if (actions.every((action) => action === undefined)) {
    throw s3Error("InvalidRequest", "At least one action needs to be specified in a rule.");
  }
  for (const [name, days] of [
    ["Expiration", rule.Expiration?.Days],
    ["AbortIncompleteMultipartUpload", rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation],
  ] as const) {
    if (days !== undefined && !(Number.isInteger(days) && days > 0)) {
      throw s3Error("InvalidArgument", `'Days' for ${name} action must be a positive integer`);
    }
  }
  const date = rule.Expiration?.Date;
  if (date !== undefined && date.getTime() % DAY !== 0) {
    throw s3Error("InvalidArgument", "'Date' must be at midnight GMT");
  }
}
