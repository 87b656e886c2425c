import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { vi } from "vitest";
import { z } from "zod";
import { defineContract, event, type Logger, type SqsRecord } from "../../../lib/index.ts";
import { startServer } from "../../../lib/local/server/index.ts";
import { startDatabase } from "../../integration/idempotency/support.ts";
import { Line } from "../../support/line.ts";

export const contract = defineContract("shop", {
  Placed: event({ schema: z.object({ n: z.number(), text: z.string().default("") }) }),
});

export const BUCKET = "payloads";

const ACCESS = { region: "eu-central-1", credentials: { accessKeyId: "test", secretAccessKey: "test" } };

/** AWS on loopback behind lines that can be broken, one per service. */
export async function startWorld() {
  const [server, database] = await Promise.all([startServer(), startDatabase()]);
  const [sns, sqs, s3, dynamodb] = await Promise.all([
    Line.to(server.endpoint),
    Line.to(server.endpoint),
    Line.to(server.endpoint),
    Line.to(database.endpoint),
  ]);
  const lines = { sns, sqs, s3, dynamodb };
  const direct = {
    sns: new SNSClient({ ...ACCESS, endpoint: server.endpoint }),
    sqs: new SQSClient({ ...ACCESS, endpoint: server.endpoint }),
    s3: new S3Client({ ...ACCESS, endpoint: server.endpoint, forcePathStyle: true }),
  };
  await direct.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  const names = [...Object.entries(lines)].map(([service, line]) => [
    `AWS_ENDPOINT_URL_${service.toUpperCase()}`,
    line,
  ]);
  return {
    lines,
    direct,
    database,
    /** Clients of a user who set no time limits. */
    clients: () => ({
      sns: new SNSClient({ ...ACCESS, endpoint: sns.endpoint }),
      sqs: new SQSClient({ ...ACCESS, endpoint: sqs.endpoint }),
      s3: new S3Client({ ...ACCESS, endpoint: s3.endpoint, forcePathStyle: true }),
      dynamodb: new DynamoDBClient({ ...ACCESS, endpoint: dynamodb.endpoint }),
    }),
    /** Has clients that Fanfare makes use the lines. */
    useByDefault() {
      for (const [name, line] of names) {
        vi.stubEnv(String(name), (line as Line).endpoint);
      }
      vi.stubEnv("AWS_REGION", ACCESS.region);
      vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
      vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    },
    topic: async () => (await direct.sns.send(new CreateTopicCommand({ Name: `t-${randomUUID()}` }))).TopicArn ?? "",
    queue: async () =>
      (await direct.sqs.send(new CreateQueueCommand({ QueueName: `q-${randomUUID()}` }))).QueueUrl ?? "",
    /** Stores the body of an event, and returns the body of a message that points to it. */
    offload: async (body: string) => {
      const Key = `shop/${randomUUID()}`;
      await direct.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: body }));
      const pointer = { s3BucketName: BUCKET, s3Key: Key };
      return JSON.stringify(["software.amazon.payloadoffloading.PayloadS3Pointer", pointer]);
    },
    well() {
      for (const line of Object.values(lines)) {
        line.mode = "well";
      }
    },
    async close() {
      await Promise.all(Object.values(lines).map((line) => line.close()));
      await Promise.all([server.close(), database.close()]);
    },
  };
}

export type World = Awaited<ReturnType<typeof startWorld>>;

export function bodyOf(n: number): string {
  return JSON.stringify({ specversion: "1.0", id: `e-${n}`, source: "/t", type: "shop.Placed", data: { n } });
}

export function record(n: number, body = bodyOf(n), attributes: SqsRecord["messageAttributes"] = {}): SqsRecord {
  return {
    messageId: `m-${n}`,
    receiptHandle: `r-${n}`,
    body,
    attributes: { ApproximateReceiveCount: "1" },
    messageAttributes: attributes,
    eventSourceARN: "arn:aws:sqs:eu-central-1:000000000000:q",
  };
}

/** An invocation with so many milliseconds of a clock. */
export function invocation(now: () => number, ms: number) {
  const end = now() + ms;
  return { awsRequestId: randomUUID(), functionName: "f", getRemainingTimeInMillis: () => end - now() };
}

export const silent: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

/** Resolves to what a promise settles to; fails the test when it hangs. */
export async function inTime<Value>(what: string, promise: Promise<Value>, ms = 20_000): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const hung = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} has not ended after ${ms} ms: it hangs`)), ms);
  });
  try {
    return await Promise.race([promise, hung]);
  } finally {
    clearTimeout(timer);
  }
}
