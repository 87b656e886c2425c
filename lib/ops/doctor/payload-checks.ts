import type { LifecycleRule } from "@aws-sdk/client-s3";
import { type Cloud, mapLimited, unlessAbsent } from "../cloud/index.ts";
import type { Fleet, FleetSubscriber } from "../fleet/index.ts";
import type { Finding } from "./types.ts";

const DAY_SECONDS = 86_400;

/**
 * Whether payloads of offloaded messages are deleted, and not before their messages. Reads the lifecycle rules of the buckets from which
 * consumers read.
 *
 * @returns `undefined` if no bucket may be read
 */
export async function checkPayloads(cloud: Cloud, { subscribers }: Fleet): Promise<readonly Finding[] | undefined> {
  const places = subscribers.flatMap((subscriber) =>
    [...new Set(subscriber.mappings.flatMap(({ payloadSources }) => payloadSources))].map((source) => ({
      subscriber,
      bucket: source.split("/")[0] ?? "",
      prefix: source.slice(source.indexOf("/") + 1),
    })),
  );
  const buckets = [...new Set(places.map(({ bucket }) => bucket))];
  const read = await mapLimited(buckets, (bucket) => unlessAbsent(() => rulesOf(cloud, bucket)));
  const rules = new Map(buckets.map((bucket, index) => [bucket, read[index]]));
  return buckets.length > 0 && read.every((each) => each === undefined)
    ? undefined
    : places.flatMap(({ subscriber, bucket, prefix }) => findingsOf(subscriber, bucket, prefix, rules.get(bucket)));
}

/** What is wrong with the rules for a prefix. Rules with a filter of another kind are not weighed. */
export function findingsOf(
  { name, queue, deadLetterQueue }: FleetSubscriber,
  bucket: string,
  prefix: string,
  rules: readonly LifecycleRule[] | undefined,
): readonly Finding[] {
  if (rules === undefined) {
    return [];
  }
  const days = rules
    .filter(({ Status, Filter, Prefix }) => Status === "Enabled" && prefix.startsWith(Filter?.Prefix ?? Prefix ?? ""))
    .filter(({ Filter }) => Filter?.Tag === undefined && Filter?.And === undefined)
    .flatMap(({ Expiration }) => Expiration?.Days ?? []);
  const earliest = Math.min(...days);
  const needed = Math.ceil((queue.retentionSeconds + (deadLetterQueue?.retentionSeconds ?? 0)) / DAY_SECONDS);
  if (days.length === 0) {
    const message = `payloads under ${bucket}/${prefix} are never deleted`;
    return [{ severity: "warning", subscriber: name, message, fix: `expire them after ${needed} days or more` }];
  }
  if (earliest < needed) {
    const message = `payloads under ${bucket}/${prefix} are deleted after ${earliest} days, but dead letters may need them for ${needed}`;
    return [{ severity: "error", subscriber: name, message, fix: `expire them after ${needed} days or more` }];
  }
  return [];
}

/** @returns `undefined` for a bucket that does not exist: the handler says so when it reads */
async function rulesOf(cloud: Cloud, bucket: string): Promise<readonly LifecycleRule[] | undefined> {
  const { sdk, call } = await cloud.s3();
  const command = new sdk.GetBucketLifecycleConfigurationCommand({ Bucket: bucket });
  try {
    const { Rules = [] } = await call((client, options) => client.send(command, options));
    return Rules;
  } catch (error) {
    if (error instanceof Error && error.name === "NoSuchLifecycleConfiguration") {
      return [];
    }
    if (error instanceof Error && error.name === "NoSuchBucket") {
      return undefined;
    }
    throw error;
  }
}
