import { SNSClient } from "@aws-sdk/client-sns";
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  dynamoDbLoader,
  pollingSqsLoader,
  s3Loader,
  settlingSqsLoader,
  snsLoader,
  sqsLoader,
} from "../../../lib/aws/index.ts";

import { systemClock } from "../../../lib/clock/index.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

const inRegion = () => {
  vi.stubEnv("AWS_REGION", "eu-central-1");
};

const own = { client: undefined, clock: systemClock };

/** The client that a loader makes. */
async function clientOf<Client>(loaded: Promise<{ readonly call: Call<Client> }>): Promise<Client> {
  return await (await loaded).call(async (client) => client);
}

type Call<Client> = <Result>(send: (client: Client) => Promise<Result>) => Promise<Result>;

/** The HTTP configuration of a client: it is known after the first request, which goes nowhere here. */
async function httpOf({ config }: { readonly config: { readonly requestHandler: object } }): Promise<unknown> {
  const handler = config.requestHandler as NodeHttpHandler;
  const request = { protocol: "http:", hostname: "127.0.0.1", port: 1, method: "GET", path: "/", headers: {} };
  await handler.handle({ ...request, query: {} } as never).catch(() => undefined);
  return handler.httpHandlerConfigs();
}

/** What is used here of the SDK's handler. */
interface NodeHttpHandler {
  handle(request: never): Promise<unknown>;
  httpHandlerConfigs(): unknown;
}

describe("loaders of SDK clients", () => {
  it("make one client, at the first call", async () => {
    inRegion();
    const sqs = sqsLoader(own);
    const polling = pollingSqsLoader(own);
    const settling = settlingSqsLoader(own);
    const loaders: (() => Promise<object>)[] = [
      dynamoDbLoader(own),
      s3Loader(own),
      () => sqs(undefined),
      () => settling("eu-west-1"),
      () => polling("eu-west-1"),
    ];
    for (const load of loaders) {
      const [first, second] = await Promise.all([load(), load()]);
      expect(second).toBe(first);
    }
  });

  it("use the client that is given", async () => {
    const given = new SNSClient({ region: "eu-central-1" });
    expect(await clientOf(snsLoader({ client: given, clock: systemClock }, "us-east-1")())).toBe(given);
  });

  it("give their own clients time limits", async () => {
    inRegion();
    const messaging = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
    expect(await httpOf(await clientOf(sqsLoader(own)(undefined)))).toMatchObject(messaging);
    expect(await httpOf(await clientOf(pollingSqsLoader(own)(undefined)))).toMatchObject(messaging);
    expect(await httpOf(await clientOf(snsLoader(own, undefined)()))).toMatchObject(messaging);
    expect(await httpOf(await clientOf(s3Loader(own)()))).toMatchObject({
      connectionTimeout: 2_000,
      socketTimeout: 5_000,
    });
  });

  it("publish in the Region of the topic", async () => {
    inRegion();
    const regionOf = async (region: string | undefined) => (await clientOf(snsLoader(own, region)())).config.region();
    expect(await regionOf("us-east-1")).toBe("us-east-1");
    expect(await regionOf(undefined)).toBe("eu-central-1");
  });

  it("call queues in the Region that is asked for, with one client for each", async () => {
    inRegion();
    const load = sqsLoader(own);
    const regionOf = async (region: string | undefined) => (await clientOf(load(region))).config.region();
    expect(await regionOf("eu-west-1")).toBe("eu-west-1");
    expect(await regionOf(undefined)).toBe("eu-central-1");
    expect(await load("eu-west-1")).toBe(await load("eu-west-1"));
  });

  it("use paths instead of bucket hosts with a configured endpoint", async () => {
    inRegion();
    expect((await clientOf(s3Loader(own)())).config.forcePathStyle).toBe(false);
    vi.stubEnv("AWS_ENDPOINT_URL", "http://127.0.0.1:4566");
    expect((await clientOf(s3Loader(own)())).config.forcePathStyle).toBe(true);
  });
});
