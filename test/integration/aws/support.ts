import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { vi } from "vitest";
import { type AwsClient, dynamoDbLoader, settlingSqsLoader } from "../../../lib/aws/index.ts";
import { type Clock, systemClock } from "../../../lib/clock/index.ts";

/** One request that a service received. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly operation: string;
  readonly input: unknown;
}

/** What a service does with a request. */
export type Reply = (response: ServerResponse, received: Received) => void;

/** Keys whose parts no error may contain. */
export const SECRETS = { secret: "wJalrXUtnFEMIsecret", token: "IQoJb3JpZ2luX2VjEtoken/+==" };

/** A service that gives the replies in their order, and the last one from then on. */
export class ScriptedService {
  readonly received: Received[] = [];
  replies: readonly Reply[] = [];
  readonly #server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }
    const input: unknown = JSON.parse(Buffer.concat(chunks).toString());
    const received = { headers: request.headers, operation: String(request.headers["x-amz-target"]), input };
    this.received.push(received);
    const reply = this.replies[this.received.length - 1] ?? this.replies.at(-1);
    reply?.(response, received);
  });

  static async start(): Promise<ScriptedService> {
    const service = new ScriptedService();
    await new Promise<void>((resolve) => service.#server.listen(0, "127.0.0.1", resolve));
    return service;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Starts anew with other replies. */
  play(...replies: readonly Reply[]): void {
    this.received.length = 0;
    this.replies = replies;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** The environment of a function on Lambda, with the service as endpoint. */
export function asOnLambda(endpoint: string): void {
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", SECRETS.secret);
  vi.stubEnv("AWS_SESSION_TOKEN", SECRETS.token);
  vi.stubEnv("AWS_ENDPOINT_URL", endpoint);
}

/** As the system's, with pauses that take no time. */
export const hasty: Clock = { ...systemClock, random: () => 0 };

/** The operations of a store and of settling, by one of the clients. */
export async function operationsBy(awsClient: AwsClient, clock: Clock = hasty) {
  const [dynamodb, sqs] = await Promise.all([
    dynamoDbLoader({ client: undefined, clock, awsClient })(),
    settlingSqsLoader({ client: undefined, clock, awsClient })("eu-central-1"),
  ]);
  return { ...dynamodb, ...sqs };
}

export type Operations = Awaited<ReturnType<typeof operationsBy>>;

/** A reply with a body of JSON, or with text as it is. */
export function replies(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return (response) => {
    response.writeHead(status, {
      "content-type": "application/x-amz-json-1.0",
      "x-amzn-requestid": "REQ-1",
      ...headers,
    });
    response.end(typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body));
  };
}

/** The SDK's clients as users make them. */
export const usersClients = (endpoint: string) => ({
  dynamodb: new DynamoDBClient({ endpoint, region: "eu-central-1" }),
  sqs: new SQSClient({ endpoint, region: "eu-central-1" }),
});
