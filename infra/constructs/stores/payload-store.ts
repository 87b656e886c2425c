import { Annotations, type Duration, PhysicalName, RemovalPolicy, type Size } from "aws-cdk-lib";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as kms from "aws-cdk-lib/aws-kms";
import * as s3 from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import {
  ENCRYPT_ACTIONS,
  grantCrossEnvironmentKey,
  grantKey,
  missingStatement,
  refuseUnnamed,
  SENDER_ACTIONS,
} from "../access/index.ts";
import { checkAtSynthesis, refuseIf, refuseOptions, refuseSnapshot } from "../checks/index.ts";
import { type AccessLogOptions, checkAccessLogs } from "./access-logs.ts";
import { allowInPolicies, isCrossEnvironment, roleOf } from "./payload-access.ts";
import { expireAfter, repeatedRuleOf, rulesFor } from "./payload-expiry.ts";

/** Where and when message bodies are offloaded to S3. */
export interface LargePayloadOptions {
  /**
   * Your own bucket, which several topics and work queues may share. If this app defines it, it gets the lifecycle rule that
   * expires payloads; if it is imported, add the rule where it is defined.
   * @default a bucket is created
   */
  readonly bucket?: s3.IBucket;
  /**
   * Prefix of the objects' keys. A slash is appended if it does not end in one.
   * @default the contract's name and a slash: `orders/`
   */
  readonly prefix?: string;
  /**
   * Size of body and attributes above which the body goes to S3: at least 1 byte.
   * @default the largest message that the topic or queue accepts
   */
  readonly threshold?: Size;
  /**
   * Age at which payloads expire, in whole days. It must not be shorter than the time in which a message can be redelivered. Where
   * several topics and work queues share bucket and prefix, the longest applies.
   * @default that time: 73 days with the default retentions of a topic, 36 days with those of a work queue
   */
  readonly expiration?: Duration;
  /**
   * Whether a custom resource empties the bucket that is created before it is destroyed; `removalPolicy` must then be DESTROY.
   * @default false: CloudFormation fails to destroy a bucket that holds payloads
   */
  readonly autoDeleteObjects?: boolean;
  /**
   * Access logs of the bucket that is created (Amazon S3 User Guide, "Logging requests with server access logging").
   * @default none
   */
  readonly accessLogs?: AccessLogOptions;
}

/** What {@link PayloadStore} takes. */
export interface PayloadStoreProps extends LargePayloadOptions {
  readonly contractName: string;
  readonly encryptionKey: kms.IKey | undefined;
  readonly removalPolicy: RemovalPolicy | undefined;
  /** Returns the longest time in which a message can be redelivered; called at synthesis, when all consumers are known. */
  readonly retention: () => Duration;
  /** How long the owner of an imported bucket keeps payloads at least, if the topic is shared; `undefined` if not known. */
  readonly sharedRetention: Duration | undefined;
}

/** The part of a bucket that holds the offloaded bodies of one contract, and the permissions to read and write them. */
export class PayloadStore extends Construct {
  /** Whether this construct created the bucket, which then holds only payloads. */
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
    refuseIf(this, this.prefix === "/" || this.prefix.includes(","), {
      field: "largePayloads.prefix",
      message: `largePayloads.prefix is "${given}", but must name a folder and must not contain a comma`,
      remedy: `set it to "${props.contractName}/", for example`,
    });
    this.checkBucketOptions(props);
    this.owned = props.bucket === undefined;
    this.bucket = props.bucket ?? this.createBucket(props);
    this.addExpiry(props);
    this.location = `${this.bucket.bucketName}/${this.prefix}`;
  }

  /** Grants writing payloads, under the prefix only. */
  grantWrite(grantee: iam.IGrantable): iam.Grant[] {
    return this.grantObjects(grantee, "s3:PutObject", SENDER_ACTIONS);
  }

  /** Allows accounts to write payloads in the policies of bucket and key; returns the statements that imported policies need. */
  allowWrite(principals: readonly iam.IPrincipal[]): iam.PolicyStatement[] {
    const actions = [{ action: "s3:PutObject", arn: this.objects }];
    return allowInPolicies(this.bucket, principals, { actions, keyActions: ENCRYPT_ACTIONS });
  }

  /** Returns the statements that the policies of an imported bucket and its key need before a grantee can write. */
  missingForWrite(grantee: iam.IGrantable): iam.PolicyStatement[] {
    return [
      ...missingStatement(this.bucket, grantee, ["s3:PutObject"], this.objects),
      ...missingStatement(this.bucket.encryptionKey, grantee, ENCRYPT_ACTIONS),
    ];
  }

  /**
   * Grants reading payloads, under the prefix only. The policies of bucket and key must allow a role of another account as well: see
   * {@link share}.
   */
  grantRead(grantee: iam.IGrantable): iam.Grant[] {
    // Without s3:ListBucket, S3 responds with 403 to a request for an object that does not exist, and the consumer could not
    // tell "deleted" from "not allowed" (S3 API Reference, GetObject). Granted only on a bucket that holds only payloads.
    const list = { grantee, actions: ["s3:ListBucket"], resourceArns: [this.bucket.bucketArn] };
    const lists = this.owned ? [iam.Grant.addToPrincipal(list)] : [];
    const [objects, ...key] = this.grantObjects(grantee, "s3:GetObject", ["kms:Decrypt"]);
    return [objects, ...lists, ...key];
  }

  /**
   * Allows accounts, or an organization, to read payloads in the policies of bucket and key. Their roles need it in their own policies
   * too: see {@link grantRead}.
   *
   * @returns the statements that could not be added because a policy is imported
   */
  share(principals: readonly iam.IPrincipal[]): iam.PolicyStatement[] {
    const actions = [
      { action: "s3:GetObject", arn: this.objects },
      ...(this.owned ? [{ action: "s3:ListBucket", arn: this.bucket.bucketArn }] : []),
    ];
    return allowInPolicies(this.bucket, principals, { actions, keyActions: ["kms:Decrypt"] });
  }

  /** ARN of all payloads. */
  private get objects(): string {
    return this.bucket.arnForObjects(`${this.prefix}*`);
  }

  /** Grants an action on all payloads, and what it takes of the key. A role of another account or Region has it in its own policy alone. */
  private grantObjects(grantee: iam.IGrantable, action: string, keyActions: string[]): [iam.Grant, ...iam.Grant[]] {
    const { bucket } = this;
    const objects = { grantee, actions: [action], resourceArns: [this.objects] };
    if (!isCrossEnvironment(grantee, bucket, this)) {
      const grant = iam.Grant.addToPrincipalOrResource({ ...objects, resource: bucket });
      return [grant, ...grantKey(bucket.encryptionKey, grantee, ...keyActions)];
    }
    const named = { resource: bucket, name: bucket.bucketName, prop: "bucketName" } as const;
    refuseUnnamed(roleOf(grantee) ?? this, "largePayloads.bucket", named);
    const user = { service: "s3", env: bucket.env } as const;
    return [
      iam.Grant.addToPrincipal(objects),
      ...grantCrossEnvironmentKey(bucket.encryptionKey, user, grantee, ...keyActions),
    ];
  }

  private createBucket(props: PayloadStoreProps): s3.Bucket {
    return new s3.Bucket(this, "Bucket", {
      // A name is generated only if another account or Region refers to the bucket.
      bucketName: PhysicalName.GENERATE_IF_NEEDED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: false,
      ...(props.encryptionKey === undefined
        ? { encryption: s3.BucketEncryption.S3_MANAGED }
        : { encryption: s3.BucketEncryption.KMS, encryptionKey: props.encryptionKey, bucketKeyEnabled: true }),
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
      autoDeleteObjects: props.autoDeleteObjects,
      serverAccessLogsBucket: props.accessLogs?.bucket,
      serverAccessLogsPrefix: props.accessLogs?.prefix,
    });
  }

  private checkBucketOptions(props: PayloadStoreProps): void {
    refuseSnapshot(this, "removalPolicy", props.removalPolicy);
    if (props.bucket !== undefined) {
      refuseOptions(this, props, ["autoDeleteObjects", "accessLogs"], {
        because: "given together with largePayloads.bucket, which has its own properties",
        remedy: "set them on your bucket, or leave largePayloads.bucket out",
      });
    }
    checkAccessLogs(this, props.accessLogs);
    refuseIf(this, props.autoDeleteObjects === true && props.removalPolicy !== RemovalPolicy.DESTROY, {
      field: "largePayloads.autoDeleteObjects",
      message: "largePayloads.autoDeleteObjects is set, but the bucket is retained when it leaves the stack",
      remedy: "set removalPolicy: RemovalPolicy.DESTROY, or leave autoDeleteObjects out",
    });
  }

  private addExpiry({ expiration, retention, sharedRetention }: PayloadStoreProps): void {
    if (!(this.bucket instanceof s3.Bucket) && sharedRetention !== undefined) {
      checkAtSynthesis(this, () => this.checkShared(wholeDays(retention()), wholeDays(sharedRetention)));
      return;
    }
    if (!(this.bucket instanceof s3.Bucket)) {
      Annotations.of(this).addWarningV2(
        "fanfare:payloadBucketImported",
        `the payload bucket is imported: add a lifecycle rule to it that expires objects under ${this.prefix} after at least ${wholeDays(retention())} days (more if you add subscribers with longer retentions)`,
      );
      return;
    }
    // Computed at synthesis: each consumer may extend it.
    expireAfter(this.bucket, this.prefix, () => wholeDays(expiration ?? retention()));
    checkAtSynthesis(this, () => this.checkExpiry(wholeDays(retention())));
  }

  /** Warns if the owner of the bucket does not know how long payloads are needed here. */
  private checkShared(needed: number, kept: number): void {
    if (needed > kept) {
      Annotations.of(this).addWarningV2(
        "fanfare:sharedRetention",
        `a message can be redelivered here for ${needed} days, but the owner of the topic keeps payloads for ${kept} days unless told otherwise: topic.shareWith({ retention: Duration.days(${needed}), ... })`,
      );
    }
  }

  private checkExpiry(needed: number): void {
    const repeated = repeatedRuleOf(this.bucket);
    refuseIf(this, repeated !== undefined, {
      field: "largePayloads.bucket",
      message: `largePayloads.bucket has two lifecycle rules with the id ${repeated}, which S3 refuses`,
      remedy: "give the rules of your bucket other ids, or none",
    });
    const tooEarly = rulesFor(this.bucket, this.prefix).find(({ days }) => days < needed);
    refuseIf(this, tooEarly !== undefined, {
      field: "largePayloads.expiration",
      message: `payloads expire after ${tooEarly?.days} days, but a message can be redelivered for ${needed} days and would then have no payload; they expire by the lifecycle rule ${tooEarly?.name} of the bucket`,
      limit: `${needed} days`,
      remedy: `expire objects under ${this.prefix} after at least ${needed} days, leave largePayloads.expiration out, use a prefix of its own, or shorten the retentions of the queues`,
    });
  }
}

/** Returns days, rounded up: S3 lifecycle rules count whole days. */
function wholeDays(duration: Duration): number {
  return Math.ceil(duration.toDays({ integral: false }));
}
