import type {
  BucketLifecycleConfiguration,
  NotificationConfiguration,
  PublicAccessBlockConfiguration,
  ServerSideEncryptionConfiguration,
} from "@aws-sdk/client-s3";
import type { EngineEnvironment } from "../kernel/index.ts";
import type { PublicationOutcome, ServicePublication } from "../sns/index.ts";
import type { DeliveryOutcome, ServiceDelivery } from "../sqs/index.ts";
import type { ChecksumName, Checksums } from "./checksums/index.ts";
import { SortedKeys } from "./sorted-keys.ts";

export interface S3Options {
  readonly environment: EngineEnvironment;
  /** Delivers an event notification to a queue. */
  readonly deliver: (delivery: ServiceDelivery) => DeliveryOutcome;
  /** Publishes an event notification to a topic. Without it, topics cannot be destinations. */
  readonly publish?: (publication: ServicePublication) => PublicationOutcome;
}

/** The headers that are stored with an object and returned with it. */
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

/** A tag as it was put. */
export interface StoredTag {
  readonly Key: string;
  readonly Value: string;
}

/** An object. The bytes belong to the engine: they are copied on writes and on reads. */
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
  /** At most 10. */
  readonly tags?: readonly StoredTag[];
  /** The parts of which a multipart upload made it, in their order. */
  readonly parts?: readonly ObjectPart[];
}

/** What remains of a part in the object. */
export interface ObjectPart {
  readonly size: number;
  readonly checksums: Checksums;
}

export interface StoredPart {
  readonly body: Uint8Array;
  readonly etag: string;
  readonly lastModified: number;
  readonly checksums: Checksums;
}

/** A multipart upload in progress. */
export interface Upload {
  readonly id: string;
  readonly key: string;
  /** Milliseconds since the Unix epoch. */
  readonly initiated: number;
  readonly headers: ObjectHeaders;
  readonly checksumName: ChecksumName;
  readonly checksumType: "FULL_OBJECT" | "COMPOSITE";
  readonly tags?: readonly StoredTag[];
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

/** An event that left the engine, for a function or for EventBridge. */
export type S3HandedOver =
  | { readonly service: "lambda"; readonly functionArn: string; readonly event: object }
  | { readonly service: "events"; readonly event: object };

/** Everything that the operations work on. Bucket names are global, as in AWS. */
export class S3State {
  readonly environment: EngineEnvironment;
  readonly deliver: (delivery: ServiceDelivery) => DeliveryOutcome;
  readonly publish: ((publication: ServicePublication) => PublicationOutcome) | undefined;
  readonly buckets = new Map<string, Bucket>();
  readonly listeners = new Set<(handedOver: S3HandedOver) => void>();
  /** See `S3Engine.warnings`. */
  readonly warnings = new Set<string>();
  /** Counts changes of objects: the sequencer of events. */
  sequence = 0;

  constructor({ environment, deliver, publish }: S3Options) {
    this.environment = environment;
    this.deliver = deliver;
    this.publish = publish;
  }

  /** Tells the listeners what leaves the engine. */
  handOver(handedOver: S3HandedOver): void {
    for (const listener of this.listeners) {
      listener(handedOver);
    }
  }

  now(): number {
    return this.environment.now();
  }
}

/** A bucket without objects. */
export function emptyBucket(
  properties: Pick<Bucket, "name" | "region" | "accountId" | "createdAt">,
  configuration: BucketConfiguration = {},
): Bucket {
  return { ...properties, objects: new Map(), keys: new SortedKeys(), uploads: new Map(), configuration, sweptDay: -1 };
}
