import { SNSClient } from "@aws-sdk/client-sns";
import { afterEach, describe, expect, it, vi } from "vitest";
import { dynamoDbLoader, pollingSqsLoader, s3Loader, snsLoader, sqsLoader } from "../../../lib/aws/index.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const inRegion = () => {
  vi.stubEnv("AWS_REGION", "eu-central-1");
};

describe("loaders of SDK clients", () => {
  it("make one client, at the first call", async () => {
    inRegion();
    for (const load of [
      dynamoDbLoader(undefined),
      s3Loader(undefined),
      sqsLoader(undefined),
      pollingSqsLoader(undefined),
    ]) {
      const [first, second] = await Promise.all([load(), load()]);
      expect(second).toBe(first);
    }
  });

  it("use the client that is given", async () => {
    const given = new SNSClient({ region: "eu-central-1" });
    expect((await snsLoader(given, "us-east-1")()).client).toBe(given);
  });

  it("publish in the Region of the topic", async () => {
    inRegion();
    expect(await (await snsLoader(undefined, "us-east-1")()).client.config.region()).toBe("us-east-1");
    expect(await (await snsLoader(undefined, undefined)()).client.config.region()).toBe("eu-central-1");
  });

  it("use a configured endpoint instead of the queue URL's host, and paths instead of bucket hosts", async () => {
    inRegion();
    expect((await sqsLoader(undefined)()).client.config.useQueueUrlAsEndpoint).toBe(true);
    expect((await s3Loader(undefined)()).client.config.forcePathStyle).toBe(false);
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566");
    expect((await sqsLoader(undefined)()).client.config.useQueueUrlAsEndpoint).toBe(false);
    expect((await s3Loader(undefined)()).client.config.forcePathStyle).toBe(true);
  });
});
