import { Readable } from "node:stream";
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { EntryError, isTransient } from "../../../lib/aws/index.ts";
import { FanfareError } from "../../../lib/errors/index.ts";

const XML_503 = `<?xml version="1.0"?><ErrorResponse><Error><Type>Receiver</Type><Code>ServiceUnavailable</Code>
<Message>try later</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
const S3_503 = "<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>";
const HTML_502 = "<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>";
const json = (type: string) => JSON.stringify({ __type: `com.amazonaws#${type}`, message: "no" });

/** The SDK's client configuration with a server that always sends this response. */
function responding(statusCode: number, body: string, contentType: string) {
  return {
    region: "eu-central-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: {
      handle: async () => ({
        response: { statusCode, headers: { "content-type": contentType }, body: Readable.from([Buffer.from(body)]) },
      }),
      destroy: () => undefined,
    },
  };
}

/** The errors that the four clients throw for one response. */
async function errorsFor(statusCode: number, body: string, contentType = "text/html"): Promise<readonly unknown[]> {
  const config = responding(statusCode, body, contentType) as never;
  const key = { TableName: "table", Key: { id: { S: "1" } } };
  const calls: readonly Promise<unknown>[] = [
    new SQSClient(config).send(new ReceiveMessageCommand({ QueueUrl: "https://sqs.eu-central-1.amazonaws.com/1/q" })),
    new SNSClient(config).send(new PublishCommand({ TopicArn: "arn:aws:sns:eu-central-1:1:t", Message: "m" })),
    new DynamoDBClient(config).send(new GetItemCommand(key)),
    new S3Client(config).send(new GetObjectCommand({ Bucket: "bucket", Key: "key" })),
  ];
  return (await Promise.allSettled(calls)).map((call) => (call.status === "rejected" ? call.reason : "no error"));
}

const named = (name: string, fields: object = {}) => Object.assign(new Error(name), { name, ...fields });
const client = { $fault: "client", $metadata: { httpStatusCode: 400 } };

describe("responses of services, as the SDK reports them", () => {
  it.each([
    ["a 503 with a body that cannot be parsed", 503, "}{ not what was expected"],
    ["a 502 with HTML of a proxy", 502, HTML_502],
    ["a 503 in XML", 503, XML_503],
    ["a 503 of S3", 503, S3_503],
    ["a 500 without a body", 500, ""],
    ["a 429", 429, "{}"],
    ["a 429 in HTML", 429, HTML_502],
    ["a 429 without a body", 429, ""],
    ["a 408 of a load balancer", 408, HTML_502],
    ["a 500 in JSON", 500, json("InternalFailure")],
    ["a 502 without a body", 502, ""],
    ["a 503 in JSON", 503, json("ServiceUnavailable")],
    ["a 504 in HTML", 504, HTML_502],
    ["a 504 without a body", 504, ""],
    ["a 599 of a proxy", 599, "no"],
  ])("%s is transient", async (_, status, body) => {
    const errors = await errorsFor(status, body);
    expect(errors.map(isTransient)).toEqual([true, true, true, true]);
  });

  it.each([
    ["AccessDeniedException", 400],
    ["ValidationException", 400],
    ["ResourceNotFoundException", 400],
  ])("%s is permanent", async (type, status) => {
    const [sqs, , dynamodb] = await errorsFor(status, json(type), "application/x-amz-json-1.0");
    expect(dynamodb).toMatchObject({ name: type });
    expect([sqs, dynamodb].map(isTransient)).toEqual([false, false]);
  });

  it("a 403 in HTML is permanent", async () => {
    expect((await errorsFor(403, HTML_502)).map(isTransient)).toEqual([false, false, false, false]);
  });
});

describe("errors of calls", () => {
  it.each([
    "LimitExceededException",
    "InternalError",
    "InternalServerError",
    "InternalFailure",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "KMS.ThrottlingException",
    "KmsThrottled",
    "OverLimit",
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
    "TimeoutError",
    "RequestTimeout",
    "RequestTimeoutException",
    "KMSThrottlingException",
  ])("%s is transient", (name) => {
    expect(isTransient(named(name, client))).toBe(true);
  });

  it.each([
    "ECONNRESET",
    "ECONNREFUSED",
    "EPIPE",
    "ETIMEDOUT",
    "EHOSTUNREACH",
    "ENETUNREACH",
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNABORTED",
    "EHOSTDOWN",
    "ENETDOWN",
    "HPE_INVALID_CONSTANT",
    "ERR_STREAM_PREMATURE_CLOSE",
    "UND_ERR_SOCKET",
    "UND_ERR_CONNECT_TIMEOUT",
  ])("a lost connection, %s, is transient", (code) => {
    expect(isTransient(named("Error", { code }))).toBe(true);
  });

  it.each([
    named("Error", { message: "socket hang up" }),
    named("AnyError", { $retryable: { throttling: true }, $fault: "client" }),
    named("AnyError", { $fault: "server" }),
    named("TypeError", { message: "fetch failed" }),
    named("SyntaxError", { message: "Unexpected end of JSON input", $metadata: { httpStatusCode: 200 } }),
  ])("%o is transient", (error) => {
    expect(isTransient(error)).toBe(true);
  });

  it.each([
    named("AccessDenied", { $fault: "client", $metadata: { httpStatusCode: 403 } }),
    named("InvalidParameterException", { ...client, message: "network is not a parameter" }),
    named("NotImplemented", { $fault: "client", $metadata: { httpStatusCode: 501 } }),
    named("CredentialsProviderError"),
    named("ServiceFailure", { $fault: "client", $metadata: { httpStatusCode: 200 } }),
    named("SyntaxError", { message: "not JSON", $metadata: { httpStatusCode: 403 } }),
    named("ItemCollectionSizeLimitExceededException", client),
    "Throttling",
    undefined,
    null,
  ])("%o is permanent", (error) => {
    expect(isTransient(error)).toBe(false);
  });

  it("an aborted call is not transient, whatever the reason", async () => {
    const reasons = [undefined, new FanfareError("HandlerTimeout", "no time"), named("TimeoutError")];
    for (const reason of reasons) {
      const sqs = new SQSClient({ region: "eu-central-1", credentials: { accessKeyId: "t", secretAccessKey: "t" } });
      const call = sqs.send(new ReceiveMessageCommand({ QueueUrl: "http://127.0.0.1:9/1/q" }), {
        abortSignal: AbortSignal.abort(reason),
      });
      const error = await call.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: "AbortError" });
      expect(isTransient(error)).toBe(false);
    }
    expect(isTransient(new FanfareError("HandlerTimeout", "no time"))).toBe(false);
  });
});

describe("errors of entries", () => {
  it.each([
    ["RequestThrottled", true],
    ["KmsThrottled", true],
    ["ThrottlingError", undefined],
    ["ProvisionedThroughputExceeded", undefined],
    ["TransactionConflict", undefined],
    ["InternalError", false],
    ["Anything", false],
  ])("%s with SenderFault %s is transient", (code, senderFault) => {
    expect(isTransient(new EntryError(code, "network", senderFault))).toBe(true);
  });

  it.each([
    ["InvalidParameter", true],
    ["KmsDisabled", true],
    ["DuplicateItem", undefined],
    ["ConditionalCheckFailed", undefined],
    ["ValidationError", undefined],
  ])("%s with SenderFault %s is permanent", (code, senderFault) => {
    expect(isTransient(new EntryError(code, "network timed out", senderFault))).toBe(false);
  });
});
