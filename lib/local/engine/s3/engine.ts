import { AwsError, type CallContext, Dispatcher } from "../kernel/index.ts";
import { checkAccess } from "./access.ts";
import * as buckets from "./buckets/index.ts";
import { getBucketNotificationConfiguration, putBucketNotificationConfiguration } from "./notifications/index.ts";
import * as objects from "./objects/index.ts";
import type { S3Operations } from "./operations.ts";
import { restoreSnapshot, type S3Snapshot, takeSnapshot } from "./snapshot.ts";
import { type S3HandedOver, type S3Options, S3State } from "./state.ts";

const HANDLERS = {
  AbortMultipartUpload: objects.abortMultipartUpload,
  CompleteMultipartUpload: objects.completeMultipartUpload,
  CopyObject: objects.copyObject,
  CreateBucket: buckets.createBucket,
  CreateMultipartUpload: objects.createMultipartUpload,
  DeleteBucket: buckets.deleteBucket,
  DeleteBucketLifecycle: buckets.deleteBucketLifecycle,
  DeleteBucketPolicy: buckets.deleteBucketPolicy,
  DeleteBucketTagging: buckets.deleteBucketTagging,
  DeleteObject: objects.deleteObject,
  DeleteObjectTagging: objects.deleteObjectTagging,
  DeleteObjects: objects.deleteObjects,
  GetBucketEncryption: buckets.getBucketEncryption,
  GetBucketLifecycleConfiguration: buckets.getBucketLifecycleConfiguration,
  GetBucketLocation: buckets.getBucketLocation,
  GetBucketNotificationConfiguration: getBucketNotificationConfiguration,
  GetBucketPolicy: buckets.getBucketPolicy,
  GetBucketTagging: buckets.getBucketTagging,
  GetBucketVersioning: buckets.getBucketVersioning,
  GetObject: objects.getObject,
  GetObjectAttributes: objects.getObjectAttributes,
  GetObjectTagging: objects.getObjectTagging,
  GetPublicAccessBlock: buckets.getPublicAccessBlock,
  HeadBucket: buckets.headBucket,
  HeadObject: objects.headObject,
  ListBuckets: buckets.listBuckets,
  ListMultipartUploads: objects.listMultipartUploads,
  ListObjects: objects.listObjects,
  ListObjectsV2: objects.listObjectsV2,
  ListParts: objects.listParts,
  PutBucketEncryption: buckets.putBucketEncryption,
  PutBucketLifecycleConfiguration: buckets.putBucketLifecycleConfiguration,
  PutBucketNotificationConfiguration: putBucketNotificationConfiguration,
  PutBucketPolicy: buckets.putBucketPolicy,
  PutBucketTagging: buckets.putBucketTagging,
  PutBucketVersioning: buckets.putBucketVersioning,
  PutObject: objects.putObject,
  PutObjectTagging: objects.putObjectTagging,
  PutPublicAccessBlock: buckets.putPublicAccessBlock,
  UploadPart: objects.uploadPart,
  UploadPartCopy: objects.uploadPartCopy,
};

const DISPATCHER = new Dispatcher<S3State, S3Operations, S3Operation>(
  HANDLERS,
  (names, given) =>
    new AwsError(
      "NotImplemented",
      `The local engine does not support the S3 operation ${given}; it supports ${names.join(", ")}`,
      { statusCode: 501 },
    ),
);

export type S3Operation = keyof typeof HANDLERS;

/** The operations that {@link S3Engine.call} supports. */
export const S3_OPERATIONS = DISPATCHER.names;

/**
 * Amazon S3 as a state machine: it acts when it is called, and only then. Buckets are reached from every
 * Region, and from every account that their policy allows; encryption and versioning are recorded, not enforced.
 */
export class S3Engine {
  readonly #state: S3State;

  constructor(options: S3Options) {
    this.#state = new S3State(options);
  }

  /**
   * Performs one operation.
   *
   * @throws AwsError as the service does; NotImplemented for an operation that the engine does not support
   */
  call<O extends S3Operation>(
    context: CallContext,
    operation: O,
    input: S3Operations[O]["input"],
  ): S3Operations[O]["output"] {
    checkAccess(this.#state, context, operation, input);
    return DISPATCHER.call(this.#state, context, operation, input);
  }

  /** Tells the listener every event for a function or for EventBridge. Returns the function that ends this. */
  onHandOver(listener: (handedOver: S3HandedOver) => void): () => void {
    this.#state.listeners.add(listener);
    return () => {
      this.#state.listeners.delete(listener);
    };
  }

  /** Requests that the engine only recorded, described for the user: for example versioning. */
  get warnings(): readonly string[] {
    return [...this.#state.warnings];
  }

  /** The whole state as plain JSON. */
  snapshot(): S3Snapshot {
    return takeSnapshot(this.#state);
  }

  /** Replaces the whole state by that of a snapshot. */
  restore(snapshot: S3Snapshot): void {
    restoreSnapshot(this.#state, snapshot);
  }
}
