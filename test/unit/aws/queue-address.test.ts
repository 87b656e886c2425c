import { SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type AwsClient, parseQueueArn, regionOfQueueUrl, settlingSqsLoader } from "../../../lib/aws/index.ts";
import { systemClock } from "../../../lib/clock/index.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** The URL that a consumer in the Region uses for a queue. */
async function urlOf(arn: string, client?: SQSClient, awsClient?: AwsClient): Promise<string> {
  const queue = parseQueueArn(arn);
  if (queue === undefined) {
    throw new Error(`${arn} is no ARN of a queue`);
  }
  return await (await settlingSqsLoader({ client, clock: systemClock, awsClient })(queue.region)).queueUrl(queue);
}

describe("the URL of a queue, from its ARN", () => {
  it.each([
    ["arn:aws:sqs:eu-central-1:123456789012:orders", "https://sqs.eu-central-1.amazonaws.com/123456789012/orders"],
    ["arn:aws-cn:sqs:cn-north-1:123456789012:o", "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/o"],
    ["arn:aws-us-gov:sqs:us-gov-west-1:123456789012:o", "https://sqs.us-gov-west-1.amazonaws.com/123456789012/o"],
    ["arn:aws-eusc:sqs:eusc-de-east-1:123456789012:o", "https://sqs.eusc-de-east-1.amazonaws.eu/123456789012/o"],
    ["arn:aws-iso:sqs:us-iso-east-1:123456789012:o.fifo", "https://sqs.us-iso-east-1.c2s.ic.gov/123456789012/o.fifo"],
    ["arn:aws-iso-b:sqs:us-isob-east-1:123456789012:o", "https://sqs.us-isob-east-1.sc2s.sgov.gov/123456789012/o"],
    ["arn:aws-iso-e:sqs:eu-isoe-west-1:123456789012:o", "https://sqs.eu-isoe-west-1.cloud.adc-e.uk/123456789012/o"],
    ["arn:aws-iso-f:sqs:us-isof-south-1:123456789012:o", "https://sqs.us-isof-south-1.csp.hci.ic.gov/123456789012/o"],
  ])("%s is at %s, for either client", async (arn, url) => {
    expect(await urlOf(arn, undefined, "sdk")).toBe(url);
    expect(await urlOf(arn, undefined, "lean")).toBe(url);
  });

  it.each(["AWS_ENDPOINT_URL_SQS", "AWS_ENDPOINT_URL"])("is at the endpoint in %s", async (variable) => {
    vi.stubEnv(variable, "http://127.0.0.1:4566");
    for (const awsClient of ["lean", "sdk"] as const) {
      const url = await urlOf("arn:aws:sqs:eu-central-1:123456789012:q", undefined, awsClient);
      expect(url).toBe("http://127.0.0.1:4566/123456789012/q");
    }
  });

  it("is at the endpoint of the user's client, and at FIPS endpoints where that uses them", async () => {
    const arn = "arn:aws:sqs:us-east-1:123456789012:q";
    const local = new SQSClient({ region: "us-east-1", endpoint: "http://localhost:9324" });
    expect(await urlOf(arn, local)).toBe("http://localhost:9324/123456789012/q");
    const fips = new SQSClient({ region: "us-east-1", useFipsEndpoint: true });
    expect(await urlOf(arn, fips)).toBe("https://sqs-fips.us-east-1.amazonaws.com/123456789012/q");
  });

  it("is AWS's for a client that has nothing but send", async () => {
    const client = { send: async () => ({}) } as never;
    expect(await urlOf("arn:aws:sqs:eu-west-3:123456789012:q", client)).toBe(
      "https://sqs.eu-west-3.amazonaws.com/123456789012/q",
    );
  });

  it.each([
    "",
    "orders",
    "arn:aws:sns:eu-central-1:123456789012:orders",
    "arn:aws:sqs:eu-central-1:12:q",
    "arn:aws:sqs:evil/x:123456789012:q",
  ])("%j is the ARN of no queue", (arn) => {
    expect(parseQueueArn(arn)).toBeUndefined();
  });
});

describe("the Region in a queue's URL", () => {
  it.each([
    ["https://sqs.eu-west-1.amazonaws.com/123456789012/q", "eu-west-1"],
    ["https://sqs.cn-north-1.amazonaws.com.cn/123456789012/q", "cn-north-1"],
    ["https://sqs.eusc-de-east-1.amazonaws.eu/123456789012/q", "eusc-de-east-1"],
    ["https://sqs.us-iso-east-1.c2s.ic.gov/123456789012/q", "us-iso-east-1"],
    ["https://sqs.us-gov-west-1.amazonaws.com/123456789012/q", "us-gov-west-1"],
    ["https://sqs-fips.us-east-2.amazonaws.com/123456789012/q", "us-east-2"],
    ["https://sqs.ap-southeast-4.api.aws/123456789012/q", "ap-southeast-4"],
    ["https://vpce-0a1b2c3d4e5f-abcdefgh.sqs.eu-north-1.vpce.amazonaws.com/123456789012/q", "eu-north-1"],
    ["https://us-west-2.queue.amazonaws.com/123456789012/q", "us-west-2"],
    ["https://queue.amazonaws.com/123456789012/q", "us-east-1"],
    ["http://sqs.eu-central-1.localhost.localstack.cloud:4566/000000000000/q", "eu-central-1"],
    ["http://127.0.0.1:4566/000000000000/q", undefined],
    ["http://sqs/q", undefined],
    ["https://sqs.internal.example.com/123456789012/q", undefined],
    ["not a URL", undefined],
  ])("%s: %s", (url, region) => {
    expect(regionOfQueueUrl(url)).toBe(region);
  });
});
