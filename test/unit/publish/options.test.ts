import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { defineContract, event } from "../../../lib/contract/index.ts";
import { createPublisher, type PublisherOptions } from "../../../lib/publish/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { orders, QUEUE_URL, rejection, scriptedSns, scriptedSqs, TOPIC } from "./support.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

function refusal(options: PublisherOptions): unknown {
  try {
    createPublisher(orders, options);
  } catch (error) {
    return error;
  }
  throw new Error("the options were accepted");
}

describe("the target", () => {
  it("is named by variable and remedy when it is missing", () => {
    for (const value of [undefined, ""]) {
      vi.stubEnv("FANFARE_ORDERS_TARGET", value);
      expect(refusal({})).toMatchObject({
        code: "ConfigurationInvalid",
        field: "target",
        message: expect.stringContaining("FANFARE_ORDERS_TARGET"),
        remedy: expect.stringContaining("grantPublish"),
      });
    }
  });

  it("is read from the environment, by the contract's name", async () => {
    vi.stubEnv("FANFARE_WEB_SHOP_TARGET", TOPIC);
    const contract = defineContract("web-shop", { Placed: event({ schema: z.object({}) }) });
    const clock = new FakeClock();
    const { client, calls } = scriptedSns();
    const publish = createPublisher(contract, { clock, clients: { sns: client } });
    const published = publish("Placed", {});
    await clock.settle();
    await published;
    expect(calls).toHaveLength(1);
    expect(JSON.parse(calls[0]?.[0]?.Message ?? "")).toMatchObject({ source: "urn:fanfare:web-shop" });
  });

  it("as the ARN of a queue asks for its URL", () => {
    expect(refusal({ target: "arn:aws:sqs:eu-central-1:123456789012:orders" })).toMatchObject({
      code: "ConfigurationInvalid",
      message: expect.stringContaining("the ARN of a queue, not its URL"),
      remedy: expect.stringContaining("https://sqs."),
    });
  });

  it.each([
    "orders",
    "arn:aws:sns:eu-central-1:12345:orders",
    "arn:aws:lambda:eu-central-1:123456789012:x",
    "ftp://x/y",
  ])("%j is refused", (target) => {
    expect(refusal({ target })).toMatchObject({ code: "ConfigurationInvalid", field: "target" });
  });

  it.each([
    TOPIC,
    "arn:aws-cn:sns:cn-north-1:123456789012:orders.fifo",
    QUEUE_URL,
    "http://127.0.0.1:4566/000000000000/orders",
  ])("%j is accepted", (target) => {
    expect(() => createPublisher(orders, { target })).not.toThrow();
  });
});

describe("other options", () => {
  it.each([
    [{ maxMessageBytes: 1_023 }, "maxMessageBytes"],
    [{ maxMessageBytes: 1_048_577 }, "maxMessageBytes"],
    [{ maxPayloadBytes: 0 }, "maxPayloadBytes"],
    [{ lingerMs: -1 }, "lingerMs"],
    [{ concurrency: 0 }, "concurrency"],
    [{ maxAttempts: 0 }, "maxAttempts"],
    [{ maxBufferedBytes: 0 }, "maxBufferedBytes"],
    [{ maxAttempts: Number.NaN }, "maxAttempts"],
    [{ source: "" }, "source"],
  ] satisfies [PublisherOptions, string][])("%j are refused", (options, field) => {
    expect(refusal({ target: TOPIC, ...options })).toMatchObject({
      code: "ConfigurationInvalid",
      field,
      remedy: expect.any(String),
    });
  });

  it.each(["many", "1e99", "2.5"])("a number of bytes cannot be %j", (text) => {
    vi.stubEnv("FANFARE_ORDERS_MAX_MESSAGE_BYTES", text);
    expect(refusal({ target: TOPIC })).toMatchObject({
      code: "ConfigurationInvalid",
      field: "FANFARE_ORDERS_MAX_MESSAGE_BYTES",
      message: expect.stringContaining(`"${text}"`),
    });
  });

  it("a payload location that cannot be one is refused at start-up", () => {
    vi.stubEnv("FANFARE_ORDERS_PAYLOAD_LOCATION", "Not A Bucket/x");
    expect(refusal({ target: TOPIC })).toMatchObject({ field: "FANFARE_ORDERS_PAYLOAD_LOCATION" });
  });

  it("the limit of a message is the environment's, else the target's", async () => {
    const refusesAt = async (options: PublisherOptions, bytes: number) => {
      const publish = createPublisher(orders, options);
      const text = "x".repeat(bytes);
      return (await rejection(publish("Plain", { id: "o1", text }))).limit;
    };
    const sns = { target: TOPIC, clients: { sns: scriptedSns().client } };
    const sqs = { target: QUEUE_URL, clients: { sqs: scriptedSqs().client } };
    expect(await refusesAt(sns, 262_144)).toBe("262144 bytes");
    expect(await refusesAt(sqs, 1_048_576)).toBe("1048576 bytes");
    vi.stubEnv("FANFARE_ORDERS_MAX_MESSAGE_BYTES", "2000");
    expect(await refusesAt(sns, 2_000)).toBe("2000 bytes");
    expect(await refusesAt({ ...sns, maxMessageBytes: 3_000 }, 3_000)).toBe("3000 bytes");
  });
});
