import { once } from "node:events";
import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:http";
import { S3Client } from "@aws-sdk/client-s3";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { onTestFinished } from "vitest";
import type { LocalServer, RequestLogEntry, ServerOptions } from "../../../../../lib/local/server/index.ts";
import { startServer } from "../../../../../lib/local/server/index.ts";

export const REGION = "eu-central-1";
export const ACCOUNT = "000000000000";

export interface Harness {
  readonly server: LocalServer;
  readonly log: RequestLogEntry[];
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly s3: S3Client;
}

interface ClientOptions {
  readonly region?: string;
  readonly accessKeyId?: string;
}

/** What every client needs to reach the server. Two attempts, so that a failing test does not retry for long. */
export function clientConfig(endpoint: string, { region = REGION, accessKeyId = "test" }: ClientOptions = {}) {
  return { endpoint, region, maxAttempts: 2, credentials: { accessKeyId, secretAccessKey: "test" } };
}

/** A server on a free port and real SDK clients for it, closed when the test ends. */
export async function startHarness(options: ServerOptions = {}): Promise<Harness> {
  const log: RequestLogEntry[] = [];
  const server = await startServer({ onRequest: (entry) => log.push(entry), ...options });
  const config = clientConfig(server.endpoint);
  const sqs = new SQSClient(config);
  const sns = new SNSClient(config);
  const s3 = new S3Client({ ...config, forcePathStyle: true });
  onTestFinished(async () => {
    for (const client of [sqs, sns, s3]) {
      client.destroy();
    }
    await server.close();
  });
  return { server, log, sqs, sns, s3 };
}

export interface RawReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** One request as it is written here, byte for byte, without an SDK in between. */
export async function raw(
  endpoint: string,
  options: { method?: string; path?: string; headers?: Record<string, string>; body?: string | Uint8Array } = {},
): Promise<RawReply> {
  const { hostname, port } = new URL(endpoint);
  const outgoing = request({
    host: hostname,
    port,
    method: options.method ?? "GET",
    path: options.path ?? "/",
    headers: options.headers,
    agent: false,
  });
  // Written before the end, a body goes out in chunks, without its length; else Node declares the length.
  if (options.headers?.["transfer-encoding"] !== undefined) {
    outgoing.write(options.body);
    outgoing.end();
  } else {
    outgoing.end(options.body);
  }
  const [incoming] = await once(outgoing, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) {
    chunks.push(chunk);
  }
  return { status: incoming.statusCode, headers: incoming.headers, text: Buffer.concat(chunks).toString("utf8") };
}

/** A header `Authorization` with a credential scope and a signature that nobody checks. */
export function signed(service: string, { region = REGION, accessKeyId = "test" }: ClientOptions = {}): string {
  return (
    `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261121/${region}/${service}/aws4_request, ` +
    "SignedHeaders=host, Signature=00"
  );
}

/** Waits until a condition holds, looking every few milliseconds, and fails loudly when it never does. */
export async function until(what: string, condition: () => boolean, deadlineMs = 5_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  while (!condition()) {
    if (Date.now() > deadline) {
      throw new Error(`waited ${deadlineMs} ms in vain until ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Counts the waiting receives of an engine: each of them listens for changes. */
export function countListeners({ engine: { sqs } }: LocalServer) {
  const original = sqs.onChange.bind(sqs);
  const waiting = { now: 0 };
  sqs.onChange = (listener) => {
    const unsubscribe = original(listener);
    waiting.now += 1;
    return () => {
      waiting.now -= 1;
      unsubscribe();
    };
  };
  return waiting;
}

/** What a promise brings, long before the 20 seconds that a receive may wait. */
export async function soon<Result>(what: string, work: Promise<Result>): Promise<Result> {
  let ended = false;
  const result = work.finally(() => {
    ended = true;
  });
  await Promise.race([result, until(what, () => ended)]);
  return await result;
}
