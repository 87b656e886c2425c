import type {
  BucketLifecycleConfiguration,
  NotificationConfiguration,
  PublicAccessBlockConfiguration,
  ServerSideEncryptionConfiguration,
} from "@aws-sdk/client-s3";
import type { ChecksumName, Checksums } from "./checksums.ts";
import { s3Error } from "./errors.ts";
import { SortedKeys } from "./sorted-keys.ts";

/** The headers that are stored with an object and answered with it. */
export interface ObjectHeaders {
  readonly ContentType?: string;
  readonly ContentEncoding?: string;
  readonly ContentDisposition?: string;
  readonly ContentLanguage?: string;
  readonly CacheControl?: string;
  readonly Metadata?: Readonly<Record<string, string>>;
  readonly ServerSideEncryption?: "AES256" | "aws:fsx" | "aws:kms" | "aws:kms:dsse" | "aws:backup";
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
}

/** An object. The bytes belong to the engine: they are copied when they come in and when they go out. */
export interface StoredObject {
  readonly body: Uint8Array;
  /** In quotation marks. */
  readonly etag: string;
  /** Milliseconds since the Unix epoch. */
  readonly lastModified: number;
  readonly headers: ObjectHeaders;
  readonly checksums: Checksums;
  /** FULL_OBJECT, or COMPOSITE: made of the checksums of the parts. */
  readonly checksumType: "FULL_OBJECT" | "COMPOSITE";
}

export interface StoredPart {
  readonly body: Uint8Array;
  readonly etag: string;
  readonly lastModified: number;
  readonly checksums: Checksums;
}

/** A multipart upload that is under way. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  /** Milliseconds since the Unix epoch. */
  readonly initiated: number;
  readonly headers: ObjectHeaders;
  readonly checksumName: ChecksumName;
  readonly checksumType: "FULL_OBJECT" | "COMPOSITE";
  readonly parts: Map<number, StoredPart>;
}

/** What is configured on a bucket, as it was put. */
export interface BucketConfiguration {
  lifecycle?: BucketLifecycleConfiguration;
  policy?: string;
  encryption?: ServerSideEncryptionConfiguration;
  publicAccessBlock?: PublicAccessBlockConfiguration;
  versioning?: "Enabled" | "Suspended";
  tags?: Record<string, string>;
  notification?: NotificationConfiguration;
}

export interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly accountId: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly objects: Map<string, StoredObject>;
  readonly keys: SortedKeys;
  readonly uploads: Map<string, Upload>;
  configuration: BucketConfiguration;
  /** The day (UTC, since the epoch) for which lifecycle rules were applied last. */
  sweptDay: number;
}

/** All that the engine remembers. Bucket names are global, as at AWS. */
export class S3State {
  readonly buckets = new Map<string, Bucket>();
  /** Counts changes of objects: the sequencer of events. */
  sequence = 0;

  /** @throws AwsError NoSuchBucket */
  bucket(name: string | undefined): Bucket {
    const bucket = this.buckets.get(name ?? "");
    if (bucket === undefined) {
      throw s3Error("NoSuchBucket");
    }
    return bucket;
  }
}

/** A bucket without objects. */
export function emptyBucket(
  properties: Pick<Bucket, "name" | "region" | "accountId" | "createdAt">,
  configuration: BucketConfiguration = {},
): Bucket {
  return { ...properties, objects: new Map(), keys: new SortedKeys(), uploads: new Map(), configuration, sweptDay: -1 };
}
