import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { pollingSqsLoader, settlingSqsLoader, sqsLoader } from "../../../lib/aws/index.ts";
import { systemClock } from "../../../lib/clock/index.ts";

/** A service that says which paths were asked for. */
class Service {
  readonly targets: string[] = [];
  readonly #server: Server = createServer((request, response) => {
    this.targets.push(String(request.headers["x-amz-target"]).replace("AmazonSQS.", ""));
    request.resume().on("end", () => {
      response.setHeader("content-type", "application/x-amz-json-1.0");
      response.end(JSON.stringify({ Successful: [{ Id: "0", MessageId: "m", MD5OfMessageBody: "x" }], Failed: [] }));
    });
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

const configured = new Service();
const other = new Service();

beforeAll(async () => {
  await Promise.all([configured.start(), other.start()]);
});
beforeEach(() => {
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "a");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "b");
  configured.targets.length = 0;
  other.targets.length = 0;
});
afterEach(() => {
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await Promise.all([configured.close(), other.close()]);
  rmSync(folder, { recursive: true });
});

const folder = mkdtempSync(join(tmpdir(), "fanfare-config-"));
let files = 0;

/** The shared configuration file with these lines. The SDK keeps what it has read, by path. */
function sharedConfig(...lines: readonly string[]): void {
  const path = join(folder, `config-${files++}`);
  writeFileSync(path, lines.join("\n"));
  vi.stubEnv("AWS_CONFIG_FILE", path);
}

/** Every place in which AWS's SDKs let an endpoint be given. */
const PLACES: readonly (readonly [string, () => void])[] = [
  ["AWS_ENDPOINT_URL_SQS", () => vi.stubEnv("AWS_ENDPOINT_URL_SQS", configured.origin)],
  ["AWS_ENDPOINT_URL", () => vi.stubEnv("AWS_ENDPOINT_URL", configured.origin)],
  ["endpoint_url of the profile", () => sharedConfig("[default]", `endpoint_url = ${configured.origin}`)],
  [
    "endpoint_url of the service",
    () =>
      sharedConfig(
        "[default]",
        "services = local",
        "[services local]",
        "sqs =",
        `  endpoint_url = ${configured.origin}`,
      ),
  ],
];

const QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/orders";
const ENTRY = { Id: "0", MessageBody: "x" };

/** Every way in which queues are called. */
const CALLS: Readonly<Record<string, (QueueUrl: string) => Promise<unknown>>> = {
  "the publisher": async (QueueUrl) => {
    const { sdk, call } = await sqsLoader({ client: undefined, clock: systemClock })("eu-central-1");
    return await call((client) => client.send(new sdk.SendMessageBatchCommand({ QueueUrl, Entries: [ENTRY] })));
  },
  "the poller": async (QueueUrl) => {
    const { sdk, call } = await pollingSqsLoader({ client: undefined, clock: systemClock })("eu-central-1");
    return await call((client) => client.send(new sdk.ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0 })));
  },
  settling: async (QueueUrl) => {
    const sqs = await settlingSqsLoader({ client: undefined, clock: systemClock })("eu-central-1");
    return await sqs.sendMessageBatch({ QueueUrl, Entries: [ENTRY] });
  },
  "settling by the SDK": async (QueueUrl) => {
    const sqs = await settlingSqsLoader({ client: undefined, clock: systemClock, awsClient: "sdk" })("eu-central-1");
    return await sqs.sendMessageBatch({ QueueUrl, Entries: [ENTRY] });
  },
  "a backoff, by the queue's ARN": async () => {
    const sqs = await settlingSqsLoader({ client: undefined, clock: systemClock })("eu-central-1");
    const QueueUrl = await sqs.queueUrl({ region: "eu-central-1", account: "123456789012", name: "orders" });
    return await sqs.changeMessageVisibilityBatch({ QueueUrl, Entries: [] });
  },
};

// MD5 sums of the scripted responses are not those of the messages: only the host matters here.
const ignoringSums = (error: unknown) => {
  if (!String(error).includes("MD5")) {
    throw error;
  }
};

describe.each(PLACES)("with %s", (_, configure) => {
  test.each(Object.keys(CALLS))("%s calls the configured endpoint, whatever host the queue's URL has", async (way) => {
    configure();
    for (const url of [QUEUE, `${other.origin}/123456789012/orders`]) {
      configured.targets.length = 0;
      await CALLS[way]?.(url).catch(ignoringSums);
      expect(configured.targets, url).toHaveLength(1);
    }
    expect(other.targets).toEqual([]);
  });
});

test.each(["the publisher", "the poller", "settling", "settling by the SDK"])(
  "without one, %s calls the host in the queue's URL, such as a VPC endpoint's",
  async (way) => {
    vi.stubEnv("AWS_CONFIG_FILE", "/dev/null");
    await CALLS[way]?.(`${other.origin}/123456789012/orders`).catch(ignoringSums);
    expect(other.targets).toHaveLength(1);
    expect(configured.targets).toEqual([]);
  },
);
