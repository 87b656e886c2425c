import { Annotations, Duration, Lazy, RemovalPolicy, type Size, Stack } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import * as s3 from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { grantDecrypt, grantEncrypt } from "./encryption.ts";
import { wholeDays } from "./retention.ts";
import { configurationInvalid } from "./validation.ts";

/** Where and when message bodies are offloaded to S3. */
export interface LargePayloadOptions {
  /**
   * A bucket of your own. A bucket of this app gets the lifecycle rule that expires payloads; an imported one needs it by hand.
   * @default a bucket is created
   */
  readonly bucket?: s3.IBucket;
  /**
   * Prefix of the objects' keys. A slash is added at the end if there is none.
   * @default the contract's name and a slash: `orders/`
   */
  readonly prefix?: string;
  /**
   * Size of body and attributes above which the body goes to S3.
   * @default the largest message that the topic or queue takes
   */
  readonly threshold?: Size;
  /**
   * When payloads expire, whole days. Never shorter than the time in which a message can come again.
   * @default that time: 73 days with the default retentions of a topic, 36 of a work queue
   */
  readonly expiration?: Duration;
}

/** What {@link PayloadStore} takes. */
export interface PayloadStoreProps extends LargePayloadOptions {
  readonly contractName: string;
  readonly encryptionKey: kms.IKey | undefined;
  readonly removalPolicy: RemovalPolicy | undefined;
  /** The longest time in which a message can come again; asked at synthesis, when all consumers are known. */
  readonly retention: () => Duration;
}

/** The part of a bucket that holds the offloaded bodies of one contract, and what reads and writes them. */
export class PayloadStore extends Construct {
  /** Whether the bucket is this construct's, and so holds nothing but payloads. */
  private readonly owned: boolean;
  readonly bucket: s3.IBucket;
  /** Prefix of the objects' keys, with a slash at the end. */
  readonly prefix: string;
  /** `bucket/prefix/`, as publishers and consumers read it from their environment. */
  readonly location: string;

  constructor(scope: Construct, id: string, props: PayloadStoreProps) {
    super(scope, id);
    const given = props.prefix ?? props.contractName;
    this.prefix = given.endsWith("/") ? given : `${given}/`;
    if (this.prefix === "/" || this.prefix.includes(",")) {
      throw configurationInvalid(this, {
        field: "largePayloads.prefix",
        message: `largePayloads.prefix is "${given}", but must name a folder and hold no comma`,
        remedy: `use for example "${props.contractName}/"`,
      });
    }
    this.owned = props.bucket === undefined;
    this.bucket = props.bucket ?? this.createBucket(props);
    this.addExpiry(props);
    this.location = `${this.bucket.bucketName}/${this.prefix}`;
  }

  /** Allows to write payloads, under the prefix only. */
  grantWrite(grantee: iam.IGrantable): iam.Grant[] {
    return [this.grantObjects(grantee, "s3:PutObject"), ...grantEncrypt(this.bucket.encryptionKey, grantee)];
  }

  /** Allows to read payloads, under the prefix only. */
  grantRead(grantee: iam.IGrantable): iam.Grant[] {
    return [
      this.grantObjects(grantee, "s3:GetObject"),
      ...this.grantTellingMissing(grantee),
      ...grantDecrypt(this.bucket.encryptionKey, grantee),
    ];
  }

  /**
   * Without `s3:ListBucket` S3 answers 403 for an object that does not exist, and the consumer could not tell "gone for good" from
   * "not allowed" (S3 API Reference, `GetObject`). Only on a bucket that holds nothing but payloads.
   */
  private grantTellingMissing(grantee: iam.IGrantable): iam.Grant[] {
    if (!this.owned) return [];
    return [iam.Grant.addToPrincipal({ grantee, actions: ["s3:ListBucket"], resourceArns: [this.bucket.bucketArn] })];
  }

  private grantObjects(grantee: iam.IGrantable, action: string): iam.Grant {
    const resourceArns = [this.bucket.arnForObjects(`${this.prefix}*`)];
    return iam.Grant.addToPrincipal({ grantee, actions: [action], resourceArns });
  }

  private createBucket(props: PayloadStoreProps): s3.Bucket {
    return new s3.Bucket(this, "Bucket", {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: false,
      ...(props.encryptionKey === undefined
        ? { encryption: s3.BucketEncryption.S3_MANAGED }
        : { encryption: s3.BucketEncryption.KMS, encryptionKey: props.encryptionKey, bucketKeyEnabled: true }),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
  }

  private addExpiry(props: PayloadStoreProps): void {
    const days = (): number => wholeDays(props.expiration ?? props.retention());
    if (!(this.bucket instanceof s3.Bucket)) {
      Annotations.of(this).addWarningV2(
        "fanfare:payloadBucketImported",
        `the payload bucket is imported: give it a lifecycle rule that expires objects under ${this.prefix} after at least ${wholeDays(props.retention())} days (more if subscribers with longer retentions are added)`,
      );
      return;
    }
    this.bucket.addLifecycleRule({
      id: `fanfare-${props.contractName}`,
      prefix: this.prefix,
      // Known at synthesis: each consumer may raise it.
      expiration: Duration.days(Lazy.number({ produce: days })),
      abortIncompleteMultipartUploadAfter: Duration.days(1),
    });
    this.node.addValidation({ validate: () => this.checkExpiry(props) });
  }

  private checkExpiry(props: PayloadStoreProps): string[] {
    const needed = wholeDays(props.retention());
    const rules = [
      ...(props.expiration === undefined ? [] : [wholeDays(props.expiration)]),
      ...this.daysOfOtherRules(),
    ];
    const shortest = Math.min(...rules);
    if (shortest >= needed) return [];
    throw configurationInvalid(this, {
      field: "largePayloads.expiration",
      message: `payloads expire after ${shortest} days, but a message can come again for ${needed} days and would find no payload`,
      limit: `${needed} days`,
      remedy: `expire objects under ${this.prefix} after at least ${needed} days, leave largePayloads.expiration out, or shorten the retentions of the queues`,
    });
  }

  /** Days of the lifecycle rules that the user's own bucket has for our objects. */
  private daysOfOtherRules(): number[] {
    const resource = this.bucket.node.defaultChild;
    if (!(resource instanceof s3.CfnBucket)) return [];
    const resolved: unknown = Stack.of(resource).resolve(resource.lifecycleConfiguration);
    if (!isRecord(resolved) || !Array.isArray(resolved.rules)) return [];
    return resolved.rules.filter(isRecord).flatMap((rule) => {
      const applies =
        rule.status === "Enabled" &&
        rule.tagFilters === undefined &&
        this.prefix.startsWith(typeof rule.prefix === "string" ? rule.prefix : "");
      return applies && typeof rule.expirationInDays === "number" ? [rule.expirationInDays] : [];
    });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
