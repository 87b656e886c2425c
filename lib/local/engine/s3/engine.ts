import { AwsError, type CallContext } from "../kernel/index.ts";
import * as configuration from "./bucket-configuration.ts";
import { createBucket, deleteBucket, locationOf } from "./buckets.ts";
import { copyObject } from "./copy.ts";
import { s3Error } from "./errors.ts";
import { checkLifecycle } from "./lifecycle.ts";
import { S3_LIMITS } from "./limits.ts";
import { listObjects } from "./listing.ts";
import * as multipart from "./multipart.ts";
import { configureNotifications, type NotificationOptions, notify } from "./notifications.ts";
import * as objects from "./objects.ts";
import { S3_OPERATIONS, type S3Operation, type S3Operations } from "./operations.ts";
import { fromSnapshot, type S3Snapshot, takeSnapshot } from "./snapshot.ts";
import { type Bucket, S3State } from "./state.ts";

export type S3Options = NotificationOptions;

type Handlers = {
  readonly [O in S3Operation]: (context: CallContext, input: S3Operations[O]["input"]) => S3Operations[O]["output"];
};

/** The parts of every request about a bucket. */
interface BucketInput {
  readonly Bucket?: string | undefined;
  readonly ExpectedBucketOwner?: string | undefined;
}

/**
 * Amazon S3 as a state machine: it acts when it is called, and only then. Buckets are reached from every region and
 * account; policies, encryption and versioning are recorded, not enforced.
 */
export class S3Engine {
  #state = new S3State();
  readonly #options: S3Options;
  readonly #handlers: Handlers;
  readonly #warnings = new Set<string>();

  constructor(options: S3Options) {
    this.#options = options;
    this.#handlers = { ...this.#bucketHandlers(), ...this.#objectHandlers(), ...this.#uploadHandlers() };
  }

  /**
   * Answers one call.
   *
   * @throws AwsError as the service answers it; NotImplemented for an operation that the engine does not have
   */
  call<O extends S3Operation>(
    context: CallContext,
    operation: O,
    input: S3Operations[O]["input"],
  ): S3Operations[O]["output"] {
    if (!S3_OPERATIONS.includes(operation)) {
      throw new AwsError(
        "NotImplemented",
        `The local engine does not support the S3 operation ${operation}; it supports ${S3_OPERATIONS.join(", ")}`,
        { statusCode: 501 },
      );
    }
    return this.#handlers[operation](context, input);
  }

  /** What was asked for that the engine only records, in words for the user: for example versioning. */
  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  /** The whole state as plain JSON. */
  snapshot(): S3Snapshot {
    return takeSnapshot(this.#state);
  }

  /** Replaces the whole state. */
  restore(snapshot: S3Snapshot): void {
    this.#state = fromSnapshot(snapshot);
  }

  #now(): number {
    return this.#options.environment.now();
  }

  /** @throws AwsError NoSuchBucket; AccessDenied where the bucket is not the expected owner's */
  #bucket({ Bucket: name, ExpectedBucketOwner: owner }: BucketInput): Bucket {
    const bucket = this.#state.bucket(name);
    if (owner !== undefined && owner !== bucket.accountId) {
      throw s3Error("AccessDenied");
    }
    return objects.current(bucket, this.#now());
  }

  #bucketHandlers() {
    return {
      CreateBucket: (context, input) => {
        createBucket(this.#state, context, this.#now(), input);
        return { Location: `/${input.Bucket}` };
      },
      HeadBucket: (_context, input) => {
        if (!this.#state.buckets.has(input.Bucket ?? "")) {
          throw s3Error("NotFound");
        }
        const bucket = this.#bucket(input);
        return { BucketRegion: bucket.region, BucketArn: `arn:aws:s3:::${bucket.name}` };
      },
      DeleteBucket: (_context, input) => nothing(() => deleteBucket(this.#state, this.#bucket(input))),
      ListBuckets: (context, input) => ({
        Owner: { ID: context.accountId },
        Buckets: [...this.#state.buckets.values()]
          .filter((bucket) => bucket.accountId === context.accountId && bucket.name.startsWith(input.Prefix ?? ""))
          .filter((bucket) => input.BucketRegion === undefined || bucket.region === input.BucketRegion)
          .sort((first, second) => (first.name < second.name ? -1 : 1))
          .map(({ name, region, createdAt }) => ({
            Name: name,
            BucketRegion: region,
            CreationDate: new Date(createdAt),
          })),
      }),
      GetBucketLocation: (_context, input) => {
        const location = locationOf(this.#bucket(input));
        // The model of the SDK lists the regions that it knows; the engine has them all.
        return location === undefined ? {} : ({ LocationConstraint: location } as Location);
      },
      PutBucketPolicy: (_context, input) => nothing(() => configuration.putPolicy(this.#bucket(input), input.Policy)),
      GetBucketPolicy: (_context, input) => ({ Policy: configuration.getPolicy(this.#bucket(input)) }),
      DeleteBucketPolicy: (_context, input) => this.#forget(input, "policy"),
      PutBucketEncryption: (_context, input) => nothing(() => configuration.putEncryption(this.#bucket(input), input)),
      GetBucketEncryption: (_context, input) => ({
        ServerSideEncryptionConfiguration: configuration.getEncryption(this.#bucket(input)),
      }),
      PutPublicAccessBlock: (_context, input) =>
        nothing(() => configuration.putPublicAccessBlock(this.#bucket(input), input.PublicAccessBlockConfiguration)),
      GetPublicAccessBlock: (_context, input) => ({
        PublicAccessBlockConfiguration: configuration.getPublicAccessBlock(this.#bucket(input)),
      }),
      PutBucketVersioning: (_context, input) => {
        const warning = configuration.putVersioning(this.#bucket(input), input);
        if (warning !== undefined) {
          this.#warnings.add(warning);
        }
        return {};
      },
      GetBucketVersioning: (_context, input) => {
        const status = this.#bucket(input).configuration.versioning;
        return status === undefined ? {} : { Status: status };
      },
      PutBucketTagging: (_context, input) => nothing(() => configuration.putTagging(this.#bucket(input), input)),
      GetBucketTagging: (_context, input) => ({ TagSet: configuration.getTagging(this.#bucket(input)) }),
      DeleteBucketTagging: (_context, input) => this.#forget(input, "tags"),
      PutBucketLifecycleConfiguration: (_context, input) => {
        const bucket = this.#bucket(input);
        bucket.configuration.lifecycle = checkLifecycle(input.LifecycleConfiguration, this.#options.environment);
        // New rules look at what is there already.
        bucket.sweptDay = -1;
        return {};
      },
      GetBucketLifecycleConfiguration: (_context, input) => {
        const { lifecycle } = this.#bucket(input).configuration;
        if (lifecycle === undefined) {
          throw s3Error("NoSuchLifecycleConfiguration");
        }
        return structuredClone(lifecycle);
      },
      DeleteBucketLifecycle: (_context, input) => this.#forget(input, "lifecycle"),
      PutBucketNotificationConfiguration: (_context, input) => {
        const bucket = this.#bucket(input);
        const validates = input.SkipDestinationValidation !== true;
        const given = input.NotificationConfiguration ?? {};
        bucket.configuration.notification = configureNotifications(bucket, this.#options, given, validates);
        return {};
      },
      GetBucketNotificationConfiguration: (_context, input) => ({
        ...structuredClone(this.#bucket(input).configuration.notification),
      }),
    } satisfies Partial<Handlers>;
  }

  #objectHandlers() {
    return {
      PutObject: (context, input) => {
        const bucket = this.#bucket(input);
        const output = objects.putObject(bucket, this.#now(), input);
        this.#created(bucket, context, "ObjectCreated:Put", input.Key);
        return output;
      },
      GetObject: (_context, input) => objects.getObject(this.#bucket(input), input),
      HeadObject: (_context, input) => {
        if (!this.#state.buckets.has(input.Bucket ?? "")) {
          throw s3Error("NotFound");
        }
        return objects.headObject(this.#bucket(input), input);
      },
      DeleteObject: (context, input) => {
        const key = objects.checkKey(input.Key);
        objects.checkVersion(input.VersionId);
        this.#delete(this.#bucket(input), context, key);
        return {};
      },
      DeleteObjects: (context, input) => {
        const bucket = this.#bucket(input);
        const named = input.Delete?.Objects ?? [];
        if (named.length === 0 || named.length > S3_LIMITS.page) {
          throw s3Error("MalformedXML");
        }
        const output = { Deleted: [] as { Key: string }[], Errors: [] as DeleteError[] };
        for (const { Key, VersionId } of named) {
          try {
            const key = objects.checkKey(Key);
            objects.checkVersion(VersionId);
            this.#delete(bucket, context, key);
            if (input.Delete?.Quiet !== true) {
              output.Deleted.push({ Key: key });
            }
          } catch (error) {
            if (!(error instanceof AwsError)) {
              throw error;
            }
            output.Errors.push({ Key, Code: error.code, Message: error.message });
          }
        }
        return output;
      },
      CopyObject: (context, input) => {
        const bucket = this.#bucket(input);
        const output = copyObject(this.#state, bucket, this.#now(), input);
        this.#created(bucket, context, "ObjectCreated:Copy", input.Key);
        return output;
      },
      ListObjectsV2: (_context, input) => listObjects(this.#bucket(input), input),
    } satisfies Partial<Handlers>;
  }

  #uploadHandlers() {
    return {
      CreateMultipartUpload: (_context, input) =>
        multipart.createUpload(this.#bucket(input), this.#options.environment, input),
      UploadPart: (_context, input) => multipart.uploadPart(this.#bucket(input), this.#now(), input),
      CompleteMultipartUpload: (context, input) => {
        const bucket = this.#bucket(input);
        const output = multipart.completeUpload(bucket, this.#now(), input);
        this.#created(bucket, context, "ObjectCreated:CompleteMultipartUpload", input.Key);
        return output;
      },
      AbortMultipartUpload: (_context, input) => nothing(() => multipart.abortUpload(this.#bucket(input), input)),
      ListParts: (_context, input) => multipart.listParts(this.#bucket(input), input),
    } satisfies Partial<Handlers>;
  }

  #created(
    bucket: Bucket,
    context: CallContext,
    event: Exclude<Parameters<typeof notify>[4], "ObjectRemoved:Delete">,
    key = "",
  ): void {
    notify(this.#state, bucket, this.#options, context, event, key, bucket.objects.get(key));
  }

  #delete(bucket: Bucket, context: CallContext, key: string): void {
    if (objects.removeObject(bucket, key)) {
      notify(this.#state, bucket, this.#options, context, "ObjectRemoved:Delete", key);
    }
  }

  #forget(input: BucketInput, name: "policy" | "tags" | "lifecycle"): Record<never, never> {
    delete this.#bucket(input).configuration[name];
    return {};
  }
}

type Location = S3Operations["GetBucketLocation"]["output"];

interface DeleteError {
  readonly Key: string | undefined;
  readonly Code: string;
  readonly Message: string;
}

/** The answer of an operation that has nothing to tell. */
function nothing(act: () => void): Record<never, never> {
  act();
  return {};
}
