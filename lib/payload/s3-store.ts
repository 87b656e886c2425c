import { randomUUID } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";
import { s3Loader } from "../aws/index.ts";
import { type Clock, systemClock } from "../clock/index.ts";
import { describeError, FanfareError, isFanfareError } from "../errors/index.ts";
import type { PayloadPointer } from "../wire/index.ts";
import { folderOf, type PayloadLocation } from "./location.ts";
import type { PayloadStore } from "./payload-store.ts";

/** Options of {@link s3PayloadStore}. */
export interface S3PayloadStoreOptions {
  /** Where new payloads are stored. Consumers do not need it. */
  readonly location?: PayloadLocation;
  /** Names a new object below the prefix. Never returns the same name twice. @default a random UUID */
  readonly newName?: () => string;
  /** @default made at the first use from the environment, as the SDK does */
  readonly client?: S3Client;
  /** @default the system's clock */
  readonly clock?: Clock;
}

/**
 * Milliseconds that a payload may take: what any call may, and a second per MiB. A slower connection is as good as none, because the
 * invocation's time is better spent on other events.
 */
function transferMs(bytes: number): number {
  return 10_000 + Math.ceil(bytes / 1_048_576) * 1_000;
}

/**
 * Stores payloads in S3. An object is written once under a random key with a SHA-256 checksum, which S3 verifies when it stores
 * the object and the SDK when it reads it. Objects are never deleted here, because other subscribers and redrives need them: the
 * bucket's lifecycle rule expires them.
 */
export function s3PayloadStore(options: S3PayloadStoreOptions): PayloadStore {
  const load = s3Loader({ client: options.client, clock: options.clock ?? systemClock });
  const newName = options.newName ?? randomUUID;

  return {
    async preload() {
      await load();
    },

    async put(body, signal) {
      const { location } = options;
      if (location === undefined) {
        throw new FanfareError("ConfigurationInvalid", "s3PayloadStore has no location for new payloads", {
          field: "location",
          remedy: "pass the option location: { bucket, prefix }",
        });
      }
      const { sdk, call } = await load();
      const pointer = { bucket: location.bucket, key: `${folderOf(location.prefix)}${newName()}` };
      const command = new sdk.PutObjectCommand({
        Bucket: pointer.bucket,
        Key: pointer.key,
        Body: body,
        ContentLength: body.byteLength,
        ContentType: "application/cloudevents+json",
        ChecksumAlgorithm: "SHA256",
      });
      try {
        await call((client, sendOptions) => client.send(command, sendOptions), {
          ms: transferMs(body.byteLength),
          signal,
        });
      } catch (cause) {
        throw unavailable("written to", pointer, cause);
      }
      return pointer;
    },

    async get(pointer, maxBytes, signal) {
      const { sdk, call } = await load();
      const command = new sdk.GetObjectCommand({ Bucket: pointer.bucket, Key: pointer.key, ChecksumMode: "ENABLED" });
      try {
        return await call(
          async (client, sendOptions) => {
            const response = await client.send(command, sendOptions);
            // Read within the call's time: the head of a response may arrive and its body never end.
            return response.Body === undefined
              ? new Uint8Array()
              : await readBounded(
                  response.Body as AsyncIterable<Uint8Array>,
                  response.ContentLength,
                  maxBytes,
                  pointer,
                );
          },
          { ms: transferMs(maxBytes), signal },
        );
      } catch (error) {
        throw readError(error, pointer);
      }
    },
  };
}

/** Reads a stream, and stops at the limit: the declared length is not trusted. */
async function readBounded(
  stream: AsyncIterable<Uint8Array>,
  declared: number | undefined,
  maxBytes: number,
  pointer: PayloadPointer,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  if (declared !== undefined && declared > maxBytes) {
    // Otherwise the connection would stay open for a body that is not read.
    if ("destroy" in stream && typeof stream.destroy === "function") {
      stream.destroy();
    }
    throw tooLarge(pointer, maxBytes);
  }
  for await (const chunk of stream) {
    total += chunk.byteLength;
    if (total > maxBytes) {
      throw tooLarge(pointer, maxBytes);
    }
    chunks.push(chunk);
  }
  if (declared !== undefined && total !== declared) {
    throw new FanfareError(
      "PayloadUnavailable",
      `s3://${pointer.bucket}/${pointer.key} ended after ${total} of ${declared} bytes`,
    );
  }
  return Buffer.concat(chunks, total);
}

function tooLarge(pointer: PayloadPointer, maxBytes: number): FanfareError {
  return new FanfareError("PayloadTooLarge", `the payload s3://${pointer.bucket}/${pointer.key} is too large`, {
    field: "body",
    limit: `${maxBytes} bytes`,
    remedy: "raise maxPayloadBytes of this consumer and the memory of its function, then redrive",
  });
}

/** Names of errors that mean that the object does not exist. */
const MISSING = new Set(["NoSuchKey", "NoSuchBucket", "NotFound"]);

function readError(error: unknown, pointer: PayloadPointer): unknown {
  if (isFanfareError(error)) {
    return error;
  }
  const { name, message } = describeError(error);
  if (MISSING.has(name)) {
    return new FanfareError("PayloadNotFound", `the payload s3://${pointer.bucket}/${pointer.key} does not exist`, {
      field: "body",
      remedy: "check that the bucket's lifecycle keeps objects longer than queues and dead-letter queues keep messages",
      cause: error,
    });
  }
  if (/checksum/i.test(message)) {
    return new FanfareError(
      "PayloadCorrupted",
      `the payload s3://${pointer.bucket}/${pointer.key} does not match its checksum`,
      {
        field: "body",
        cause: error,
      },
    );
  }
  return unavailable("read from", pointer, error);
}

function unavailable(what: string, pointer: PayloadPointer, cause: unknown): FanfareError {
  const { name, message } = describeError(cause);
  return new FanfareError(
    "PayloadUnavailable",
    `a payload could not be ${what} s3://${pointer.bucket}/${pointer.key}: ${name}: ${message}`,
    {
      cause,
      remedy:
        name === "AccessDenied"
          ? "grant s3:PutObject to publishers and s3:GetObject to consumers, as the constructs do"
          : "the operation can be retried",
    },
  );
}
