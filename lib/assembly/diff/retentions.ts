import { isJsonObject, objectOf } from "../../std/index.ts";
import { type AssemblyResource, consumerSettingsOf } from "../model/index.ts";
import { type Finding, findingAt, isSame, type Pair } from "./finding.ts";

/** Seconds for which SQS keeps messages of a queue that does not say. Source: Amazon SQS API Reference, `CreateQueue`. */
const DEFAULT_RETENTION = 345_600;

const DAY = 86_400;

/** One thing that is kept for a time. */
interface Kept {
  readonly what: string;
  /** Infinity: for good. */
  readonly seconds: number;
}

/** What would be kept for a shorter time than before. */
export function retentionFindings(pairs: readonly Pair[]): Finding[] {
  return pairs.flatMap(({ before, after }) => {
    const now = new Map(keptBy(after).map((each) => [each.what, each.seconds]));
    return keptBy(before).flatMap(({ what, seconds }) => {
      const renewed = now.get(what) ?? Number.POSITIVE_INFINITY;
      // What only the deployment resolves is no number here.
      const isKnown = !Number.isNaN(seconds) && !Number.isNaN(renewed);
      if (isKnown ? renewed >= seconds : isSame(before.properties, after.properties)) {
        return [];
      }
      const change = isKnown
        ? `${what} are kept for ${daysText(renewed)} instead of ${daysText(seconds)}`
        : `it cannot be shown that ${what} are kept as long as before: the template does not say for how long`;
      return [
        findingAt(after, {
          kind: "retentionShrinks",
          change,
          consequence: isKnown
            ? `what is older than ${daysText(renewed)} is deleted soon after the deployment`
            : "what is older than the new retention is deleted soon after the deployment",
          remedy: "process or archive what is older first, or keep the retention",
        }),
      ];
    });
  });
}

function keptBy(resource: AssemblyResource): Kept[] {
  const { type, properties } = resource;
  switch (type) {
    case "AWS::SQS::Queue":
      return [{ what: "messages", seconds: Number(properties.MessageRetentionPeriod ?? DEFAULT_RETENTION) }];
    case "AWS::SNS::Topic": {
      // Without a policy nothing is kept: taking it away deletes the archive.
      const { MessageRetentionPeriod: days = 0 } = objectOf(properties.ArchivePolicy);
      return [{ what: "archived events", seconds: Number(days) * DAY }];
    }
    case "AWS::S3::Bucket":
      return expirationsOf(resource);
    case "AWS::Lambda::Function": {
      const { retentionSeconds } = consumerSettingsOf(resource);
      return retentionSeconds === undefined ? [] : [{ what: "idempotency records", seconds: retentionSeconds }];
    }
    default:
      return [];
  }
}

/** Per prefix. A prefix without a rule keeps its objects for good. */
function expirationsOf({ properties }: AssemblyResource): Kept[] {
  const { Rules: rules } = objectOf(properties.LifecycleConfiguration);
  const given = (Array.isArray(rules) ? rules : [])
    .filter(isJsonObject)
    .filter(({ Status, ExpirationInDays }) => Status === "Enabled" && ExpirationInDays !== undefined)
    .map(({ Prefix, ExpirationInDays }) => ({
      what: typeof Prefix === "string" && Prefix !== "" ? `objects under ${Prefix}` : "objects",
      seconds: Number(ExpirationInDays) * DAY,
    }));
  return given.some(({ what }) => what === "objects")
    ? given
    : [...given, { what: "objects", seconds: Number.POSITIVE_INFINITY }];
}

function daysText(seconds: number): string {
  if (seconds === Number.POSITIVE_INFINITY) {
    return "good";
  }
  return seconds >= 2 * DAY
    ? `${Math.round((seconds / DAY) * 10) / 10} days`
    : `${Math.round((seconds / 3_600) * 10) / 10} hours`;
}
