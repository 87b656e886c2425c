import type { CallContext, EngineEnvironment } from "../../../../../lib/local/engine/kernel/index.ts";
import { AwsError } from "../../../../../lib/local/engine/kernel/index.ts";
import { S3Engine, type S3Operations } from "../../../../../lib/local/engine/s3/index.ts";
import type { ServicePublication } from "../../../../../lib/local/engine/sns/index.ts";
import type { ServiceDelivery } from "../../../../../lib/local/engine/sqs/index.ts";

export const HERE: CallContext = { region: "eu-central-1", accountId: "111111111111" };
export const BUCKET = "payloads";
export const DAY = 86_400_000;

export const bytes = (text: string) => new TextEncoder().encode(text);
export const textOf = (body: Uint8Array) => new TextDecoder().decode(body);

/** A clock that stands still until a test moves it, and a fixed sequence of chance. */
export class TestEnvironment implements EngineEnvironment {
  time = Date.UTC(2026, 10, 21, 12);
  #seed = 1;

  now(): number {
    return this.time;
  }

  random(): number {
    this.#seed = (this.#seed * 48_271) % 2_147_483_647;
    return this.#seed / 2_147_483_647;
  }
}

/** An S3 engine with one bucket; queues and topics take everything but what a test refuses for them. */
export class S3Fixture {
  readonly environment = new TestEnvironment();
  readonly deliveries: ServiceDelivery[] = [];
  readonly publications: ServicePublication[] = [];
  readonly refused = new Set<string>();
  readonly s3 = new S3Engine({
    environment: this.environment,
    deliver: (delivery) => {
      if (this.refused.has(delivery.queueArn)) {
        return { status: "refused", reason: "AccessDenied", message: "not allowed" };
      }
      this.deliveries.push(delivery);
      return { status: "delivered", messageId: "m" };
    },
    publish: (publication) => {
      if (this.refused.has(publication.topicArn)) {
        return { status: "refused", reason: "AccessDenied", message: "not allowed" };
      }
      this.publications.push(publication);
      return { status: "published", messageId: "m" };
    },
  });

  constructor() {
    this.s3.call(HERE, "CreateBucket", { Bucket: BUCKET });
  }

  put(Key: string, body = "hello", more: Partial<S3Operations["PutObject"]["input"]> = {}) {
    return this.s3.call(HERE, "PutObject", { Bucket: BUCKET, Key, Body: bytes(body), ...more });
  }

  get(Key: string, more: Partial<S3Operations["GetObject"]["input"]> = {}) {
    return this.s3.call(HERE, "GetObject", { Bucket: BUCKET, Key, ...more });
  }

  head(Key: string, more: Partial<S3Operations["HeadObject"]["input"]> = {}) {
    return this.s3.call(HERE, "HeadObject", { Bucket: BUCKET, Key, ...more });
  }

  list(more: Partial<S3Operations["ListObjectsV2"]["input"]> = {}) {
    return this.s3.call(HERE, "ListObjectsV2", { Bucket: BUCKET, ...more });
  }

  keys(more: Partial<S3Operations["ListObjectsV2"]["input"]> = {}): string[] {
    return (this.list(more).Contents ?? []).map((object) => object.Key ?? "");
  }
}

/** The error that the action throws, as code and status; fails when it throws none. */
export function errorOf(act: () => unknown): { code: string; statusCode: number; message: string } {
  try {
    act();
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    return { code: error.code, statusCode: error.statusCode, message: error.message };
  }
  throw new Error("expected an AwsError, nothing was thrown");
}
