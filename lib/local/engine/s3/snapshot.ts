import type { LifecycleRule } from "@aws-sdk/client-s3";
import { checkSnapshotVersion } from "../kernel/index.ts";
import {
  type Bucket,
  type BucketConfiguration,
  emptyBucket,
  type S3State,
  type StoredObject,
  type StoredPart,
  type Upload,
} from "./state.ts";

const VERSION = 1;

/** Bytes as JSON can hold them. */
type Encoded<Item> = Omit<Item, "body"> & { readonly bodyBase64: string };

interface UploadSnapshot extends Omit<Upload, "parts"> {
  readonly parts: readonly (readonly [number, Encoded<StoredPart>])[];
}

interface BucketSnapshot extends Pick<Bucket, "name" | "region" | "accountId" | "createdAt" | "sweptDay"> {
  readonly configuration: BucketConfiguration;
  readonly objects: readonly (readonly [string, Encoded<StoredObject>])[];
  readonly uploads: readonly UploadSnapshot[];
}

/** The whole state of the S3 engine as plain JSON; bodies in base64. */
export interface S3Snapshot {
  readonly version: typeof VERSION;
  readonly sequence: number;
  readonly buckets: readonly BucketSnapshot[];
}

/** @returns a copy that later changes of the state do not touch */
export function takeSnapshot(state: S3State): S3Snapshot {
  return {
    version: VERSION,
    sequence: state.sequence,
    buckets: [...state.buckets.values()].map(({ keys: _keys, configuration, objects, uploads, ...properties }) => ({
      ...properties,
      configuration: structuredClone(configuration),
      objects: [...objects].map(([key, object]) => [key, encode(object)] as const),
      uploads: [...uploads.values()].map((upload) => ({
        ...upload,
        parts: [...upload.parts].map(([number, part]) => [number, encode(part)] as const),
      })),
    })),
  };
}

/** Replaces the whole state. The snapshot may have been JSON on a disk in between, and may be used again. */
export function restoreSnapshot(state: S3State, snapshot: S3Snapshot): void {
  checkSnapshotVersion("S3", snapshot.version, VERSION);
  state.buckets.clear();
  state.sequence = snapshot.sequence;
  for (const { configuration, objects, uploads, sweptDay, ...properties } of snapshot.buckets) {
    const bucket = emptyBucket(properties, reviveDates(structuredClone(configuration)));
    bucket.sweptDay = sweptDay;
    for (const [key, object] of objects) {
      bucket.objects.set(key, decode(object));
      bucket.keys.add(key);
    }
    for (const upload of uploads) {
      const parts = new Map(upload.parts.map(([number, part]) => [number, decode(part)]));
      bucket.uploads.set(upload.id, { ...upload, parts });
    }
    state.buckets.set(bucket.name, bucket);
  }
}

function encode<Item extends { readonly body: Uint8Array }>({ body, ...rest }: Item): Encoded<Item> {
  return { ...rest, bodyBase64: Buffer.from(body).toString("base64") };
}

function decode<Rest extends object>({ bodyBase64, ...rest }: Rest & { readonly bodyBase64: string }) {
  return { ...rest, body: new Uint8Array(Buffer.from(bodyBase64, "base64")) };
}

/** The only dates of a configuration stand in lifecycle rules; JSON turned them into strings. */
function reviveDates(configuration: BucketConfiguration): BucketConfiguration {
  const rules = configuration.lifecycle?.Rules;
  if (rules === undefined) {
    return configuration;
  }
  return { ...configuration, lifecycle: { Rules: rules.map(reviveRule) } };
}

function reviveRule(rule: LifecycleRule): LifecycleRule {
  const date = rule.Expiration?.Date;
  return date === undefined ? rule : { ...rule, Expiration: { ...rule.Expiration, Date: new Date(date) } };
}
