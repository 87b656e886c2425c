import { type LifecycleRule, ServerSideEncryption, type ServerSideEncryptionRule } from "@aws-sdk/client-s3";
import type { PropertyReader } from "../properties.ts";

/** The rules of `LifecycleConfiguration` in the form of the S3 API. Transitions to other storage classes have no effect locally. */
export function toLifecycleRules(configuration: PropertyReader): LifecycleRule[] {
  return configuration.objects("Rules").flatMap((rule, index): LifecycleRule[] => {
    const days = rule.number("ExpirationInDays");
    const abort = rule.object("AbortIncompleteMultipartUpload")?.number("DaysAfterInitiation");
    const noncurrent = rule.object("NoncurrentVersionExpiration")?.number("NoncurrentDays");
    // S3 refuses a rule without an action; one that only moves objects to another storage class has none here.
    if (days === undefined && abort === undefined && noncurrent === undefined) {
      return [];
    }
    return [
      {
        ID: rule.text("Id") ?? `rule-${index}`,
        Status: rule.text("Status") === "Disabled" ? "Disabled" : "Enabled",
        Filter: { Prefix: rule.text("Prefix") ?? "" },
        ...(days === undefined ? {} : { Expiration: { Days: days } }),
        ...(abort === undefined ? {} : { AbortIncompleteMultipartUpload: { DaysAfterInitiation: abort } }),
        ...(noncurrent === undefined ? {} : { NoncurrentVersionExpiration: { NoncurrentDays: noncurrent } }),
      },
    ];
  });
}

/** The rules of `BucketEncryption` in the form of the S3 API. */
export function toEncryptionRules(configuration: PropertyReader): ServerSideEncryptionRule[] {
  return configuration.objects("ServerSideEncryptionConfiguration").map((rule) => {
    const byDefault = rule.object("ServerSideEncryptionByDefault");
    const algorithm = byDefault?.text("SSEAlgorithm");
    const key = byDefault?.text("KMSMasterKeyID");
    return {
      ApplyServerSideEncryptionByDefault: {
        SSEAlgorithm: Object.values(ServerSideEncryption).find((value) => value === algorithm) ?? "AES256",
        ...(key === undefined ? {} : { KMSMasterKeyID: key }),
      },
      ...(rule.flag("BucketKeyEnabled") === undefined ? {} : { BucketKeyEnabled: rule.flag("BucketKeyEnabled") }),
    };
  });
}
