import { Readable } from "node:stream";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { createPublisher } from "../../../lib/publish/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { bench, orders, QUEUE_URL, rejection, TOPIC, takeAll } from "./support.ts";

const XML_503 =
  "<ErrorResponse><Error><Type>Receiver</Type><Code>ServiceUnavailable</Code><Message>later</Message></Error></ErrorResponse>";
const HTML = "<html><body><h1>Bad Gateway</h1></body></html>";
const json = (type: string) => JSON.stringify({ __type: `com.amazonaws#${type}`, message: "no" });

/** Publishes one event to a service that always responds in this way. Returns the tries, apart from the SDK's own. */
async function triesAgainst(target: string, statusCode: number, body: string, type: string) {
  let tries = 0;
  const config = {
    region: "eu-central-1",
    maxAttempts: 1,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    requestHandler: {
      handle: async () => {
        tries += 1;
        return {
          response: { statusCode, headers: { "content-type": type }, body: Readable.from([Buffer.from(body)]) },
        };
      },
      destroy: () => undefined,
    },
  } as never;
  const clock = new FakeClock();
  const clients = { sns: new SNSClient(config), sqs: new SQSClient(config) };
  const publish = createPublisher(orders, { target, clock, clients });
  let error: unknown;
  rejection(publish("Placed", { id: "o1" }, { id: "e1" })).then((rejected) => {
    error = rejected;
  });
  await clock.runUntil("publish gives up", () => error !== undefined);
  return { tries, error };
}

describe.each([TOPIC, QUEUE_URL])("publishing to %s", (target) => {
  it.each<[string, number, string, string]>([
    ["503 with text", 503, "Service Unavailable", "text/plain"],
    ["502 with HTML", 502, HTML, "text/html"],
    ["503 with AWS's XML", 503, XML_503, "text/xml"],
    ["500 without a body", 500, "", "text/plain"],
    ["504 with HTML", 504, HTML, "text/html"],
    ["429 with text", 429, "Too Many Requests", "text/plain"],
    ["408 of a load balancer", 408, "", "text/html"],
    ["500 in JSON", 500, json("InternalError"), "application/x-amz-json-1.0"],
    ["200 with half a response", 200, '{"Successful":[{"Id":"0","Mess', "application/x-amz-json-1.0"],
    ["200 with the login page of a network", 200, HTML, "text/html"],
    ["200 without a body", 200, "", "text/plain"],
  ])("is tried six times after %s", async (_, status, body, type) => {
    const { tries, error } = await triesAgainst(target, status, body, type);
    expect(tries).toBe(6);
    expect(error).toMatchObject({ code: "PublishFailed", entry: { event: "Placed", id: "e1" } });
  });

  it.each<[string, number, string]>([
    ["403 with HTML", 403, HTML],
    ["404 without a body", 404, ""],
    ["501 with text", 501, "Not Implemented"],
  ])("is tried once after %s", async (_, status, body) => {
    const { tries, error } = await triesAgainst(target, status, body, "text/html");
    expect(tries).toBe(1);
    expect(error).toMatchObject({ code: "PublishFailed", entry: { event: "Placed", id: "e1" } });
  });
});

describe("an entry that is throttled, whatever is said of the sender's fault", () => {
  it.each([
    "RequestThrottled",
    "KmsThrottled",
    "KMS.ThrottlingException",
    "KMSThrottling",
    "ThrottlingException",
    "Throttled",
    "OverLimit",
    "SlowDown",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "LimitExceededException",
    "InternalError",
    "InternalFailure",
    "ServiceUnavailable",
  ])("%s: it is tried again, and no other entry with it", async (Code) => {
    const { clock, publish, ids } = bench((entries, call) => {
      const fails = call < 2 ? entries.filter(({ Message }) => Message?.includes("o2")) : [];
      const taken = takeAll(entries.filter((entry) => !fails.includes(entry)));
      return { ...taken, Failed: fails.map(({ Id }) => ({ Id, Code, Message: "no", SenderFault: true })) };
    });
    const published = Promise.all(["o1", "o2", "o3"].map((id) => publish("Placed", { id })));
    await clock.runUntil("the third call", () => ids().length >= 3);
    expect(await published).toHaveLength(3);
    expect(ids()).toEqual([["o1", "o2", "o3"], ["o2"], ["o2"]]);
  });
});
