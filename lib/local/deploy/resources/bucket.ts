import {
  BucketAlreadyOwnedByYou,
  BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { NAME_RULES } from "../names.ts";
import { toEncryptionRules, toLifecycleRules } from "./bucket-configuration.ts";
import { fromBucketProperty, putNotifications } from "./bucket-notifications.ts";
import type { ResourceType } from "./resource-type.ts";

export const bucket: ResourceType = {
  types: ["AWS::S3::Bucket"],
  treatment: "created",

  async deploy(request) {
    const { properties, clients, place, previous } = request;
    const { s3 } = clients;
    const Bucket = request.physicalName("BucketName", NAME_RULES.bucket);
    if (previous?.physicalId !== Bucket) {
      await create(s3, Bucket, place.region);
    }
    const lifecycle = properties.object("LifecycleConfiguration");
    if (lifecycle !== undefined) {
      const Rules = toLifecycleRules(lifecycle);
      await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
    }
    const encryption = properties.object("BucketEncryption");
    if (encryption !== undefined) {
      const ServerSideEncryptionConfiguration = { Rules: toEncryptionRules(encryption) };
      await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
    }
    if (properties.object("VersioningConfiguration")?.text("Status") === "Enabled") {
      const VersioningConfiguration = { Status: "Enabled" as const };
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
    }
    const access = properties.object("PublicAccessBlockConfiguration");
    if (access !== undefined) {
      const PublicAccessBlockConfiguration = {
        BlockPublicAcls: access.flag("BlockPublicAcls"),
        BlockPublicPolicy: access.flag("BlockPublicPolicy"),
        IgnorePublicAcls: access.flag("IgnorePublicAcls"),
        RestrictPublicBuckets: access.flag("RestrictPublicBuckets"),
      };
      await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    }
    const notifications = properties.object("NotificationConfiguration");
    if (notifications !== undefined) {
      await putNotifications(request, Bucket, fromBucketProperty(notifications));
    }
    return {
      physicalId: Bucket,
      attributes: {
        Arn: `arn:aws:s3:::${Bucket}`,
        DomainName: `${Bucket}.s3.amazonaws.com`,
        RegionalDomainName: `${Bucket}.s3.${place.region}.amazonaws.com`,
        DualStackDomainName: `${Bucket}.s3.dualstack.${place.region}.amazonaws.com`,
        WebsiteURL: `http://${Bucket}.s3-website.${place.region}.amazonaws.com`,
      },
    };
  },

  async remove({ physicalId }, { s3 }) {
    await s3.send(new DeleteBucketCommand({ Bucket: physicalId }));
  },
};

export const bucketPolicy: ResourceType = {
  types: ["AWS::S3::BucketPolicy"],
  treatment: "created",

  async deploy({ properties, clients }) {
    const Bucket = properties.requiredText("Bucket");
    const Policy = properties.attribute("PolicyDocument") ?? "{}";
    await clients.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    return { physicalId: Bucket, attributes: {} };
  },
};

/** The one region whose buckets name no location. Source: Amazon S3 API Reference, CreateBucket. */
const REGION_WITHOUT_LOCATION = "us-east-1";

async function create(s3: S3Client, Bucket: string, region: string): Promise<void> {
  const location = Object.values(BucketLocationConstraint).find((constraint) => constraint === region);
  try {
    await s3.send(
      new CreateBucketCommand({
        Bucket,
        ...(region === REGION_WITHOUT_LOCATION || location === undefined
          ? {}
          : { CreateBucketConfiguration: { LocationConstraint: location } }),
      }),
    );
  } catch (error) {
    if (!(error instanceof BucketAlreadyOwnedByYou)) {
      throw error;
    }
  }
}
