import { isObject, type Json, type JsonObject, objectOf } from "./json.ts";
import { mapValues } from "./references.ts";

/**
 * A change of the reference app's templates without which an emulator could run nothing of a stack. Made only where the fault has
 * been reproduced, printed, and never on AWS.
 */
interface Workaround {
  readonly fault: string;
  /** For the output: what is changed. */
  readonly what: string;
  change(template: JsonObject): JsonObject;
}

/** In the order in which they are made. */
const WORKAROUNDS: readonly Workaround[] = [
  {
    fault: "filter-anything-but-suffix",
    what: "filter policies go without anything-but suffix",
    change: (template) =>
      changeResources(template, "AWS::SNS::Subscription", ({ FilterPolicy, ...others }) => ({
        ...others,
        ...(FilterPolicy === undefined ? {} : { FilterPolicy: withoutSuffixes(objectOf(FilterPolicy)) }),
      })),
  },
  {
    fault: "bucket-policy-conditions-ignored",
    what: "bucket policies go without what they deny on a condition",
    change: (template) =>
      changeResources(template, "AWS::S3::BucketPolicy", (properties) => {
        const document = objectOf(properties.PolicyDocument);
        const statements = [document.Statement ?? []].flat().map((statement) => objectOf(statement));
        const kept = statements.filter(({ Effect, Condition }) => Effect !== "Deny" || Condition === undefined);
        // A policy must say something.
        return { ...properties, PolicyDocument: { ...document, Statement: kept.length > 0 ? kept : [HARMLESS] } };
      }),
  },
];

/** Denies something that nobody asks for. */
const HARMLESS = { Effect: "Deny", Principal: "*", Action: "s3:PutBucketWebsite", Resource: "arn:aws:s3:::none" };

/** The workarounds for the faults that show. */
export function workaroundsFor(faults: ReadonlyMap<string, string>): {
  readonly notes: readonly string[];
  readonly change: (template: JsonObject) => JsonObject;
} {
  const needed = WORKAROUNDS.filter(({ fault }) => faults.has(fault));
  return {
    notes: needed.map(({ fault, what }) => `because of ${fault}: ${what}`),
    change: (template) => needed.reduce((changed, { change }) => change(changed), template),
  };
}

function changeResources(
  template: JsonObject,
  type: string,
  change: (properties: JsonObject) => JsonObject,
): JsonObject {
  const Resources = mapValues(objectOf(template.Resources), (resource) =>
    isObject(resource) && resource.Type === type
      ? { ...resource, Properties: change(objectOf(resource.Properties)) }
      : resource,
  );
  return { ...template, Resources };
}

/** A filter policy without the rules on suffixes; keys without any rule left go as well. */
function withoutSuffixes(policy: JsonObject): JsonObject {
  const rules = (value: Json) => [value].flat();
  const kept = Object.entries(policy).map(
    ([key, value]) => [key, rules(value).filter((rule) => !isSuffix(rule))] as const,
  );
  return Object.fromEntries(kept.filter(([, left]) => left.length > 0));
}

function isSuffix(rule: Json): boolean {
  return isObject(rule) && objectOf(rule["anything-but"]).suffix !== undefined;
}
