import { FanfareError } from "../errors/index.ts";
import { LEGACY_OFFLOAD_ATTRIBUTE, OFFLOAD_ATTRIBUTE } from "../names/index.ts";
import { isJsonObject } from "../std/index.ts";

/** The location of an offloaded body. */
export interface PayloadPointer {
  readonly bucket: string;
  readonly key: string;
}

/** The class name that AWS's extended clients write, and the one that older versions wrote. */
const POINTER_CLASS = "software.amazon.payloadoffloading.PayloadS3Pointer";
const LEGACY_POINTER_CLASS = "com.amazon.sqs.javamessaging.MessageS3Pointer";

/** The body of a message whose payload is in S3, as AWS's extended clients for Java and Python write it. */
export function writePointer(pointer: PayloadPointer): string {
  return JSON.stringify([POINTER_CLASS, { s3BucketName: pointer.bucket, s3Key: pointer.key }]);
}

/** Whether parsed JSON has the form of a pointer: a list that starts with one of the two class names. */
export function isPointer(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && (value[0] === POINTER_CLASS || value[0] === LEGACY_POINTER_CLASS);
}

/** @throws FanfareError `BodyMalformed` when bucket or key is missing */
export function readPointer(value: readonly unknown[]): PayloadPointer {
  const target = value[1];
  if (isJsonObject(target) && typeof target.s3BucketName === "string" && typeof target.s3Key === "string") {
    return { bucket: target.s3BucketName, key: target.s3Key };
  }
  throw new FanfareError("BodyMalformed", "the payload pointer has no bucket or no key", {
    field: "body",
    remedy: `send ["${POINTER_CLASS}",{"s3BucketName":"...","s3Key":"..."}]`,
  });
}

/**
 * The payload size in bytes that the sender of a pointer declared, in either attribute; `undefined` if neither is present or its
 * value is not a whole number.
 */
export function declaredPayloadBytes(attribute: (name: string) => string | undefined): number | undefined {
  const value = attribute(OFFLOAD_ATTRIBUTE) ?? attribute(LEGACY_OFFLOAD_ATTRIBUTE);
  return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
}
