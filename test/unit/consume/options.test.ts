import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, test, vi } from "vitest";
import { circuitBreaker, consume } from "../../../lib/index.ts";
import { refusal, resolve, withoutVariables } from "./settings/environment.ts";
import { contract, MemoryStore, offline } from "./support.ts";

withoutVariables();

describe("defaults", () => {
  test("without a store: at least once, ten at a time, backoff from 1 to 900 s", () => {
    const settings = resolve();
    expect(settings).toMatchObject({
      guarantee: "at-least-once",
      store: undefined,
      concurrency: 10,
      backoff: { baseSeconds: 1, capSeconds: 900 },
      expired: "drop",
      maxPayloadBytes: 16_777_216,
      payloads: undefined,
    });
    expect(settings.deadLetterQueues.size).toBe(0);
  });

  test("need no part that the bundle was made without", () => {
    vi.stubEnv("FANFARE_WITHOUT_PAYLOADS", "1");
    vi.stubEnv("FANFARE_WITHOUT_IDEMPOTENCY", "1");
    expect(resolve()).toMatchObject({ guarantee: "at-least-once", store: undefined, payloads: undefined });
    const store = new MemoryStore();
    expect(resolve({ consumer: "c", store }).store).toBe(store);
  });

  test("with a store: exactly once", () => {
    expect(resolve({ consumer: "c", store: new MemoryStore() }).guarantee).toBe("exactly-once");
  });

  test("the consumer's name is the option, then the variable, then the function's name", () => {
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "function");
    expect(resolve().consumer).toBe("function");
    vi.stubEnv("FANFARE_CONSUMER", "variable");
    expect(resolve().consumer).toBe("variable");
    expect(resolve({ consumer: "option" }).consumer).toBe("option");
  });

  test("no backoff at all", () => {
    expect(resolve({ backoff: false }).backoff).toBeUndefined();
  });

  test("no store for at-least-once, even where there is a table", () => {
    vi.stubEnv("FANFARE_IDEMPOTENCY_TABLE", "table");
    expect(resolve({ guarantee: "at-least-once" }).store).toBeUndefined();
  });
});

describe("the environment that the constructs set", () => {
  test("a table makes it exactly once", () => {
    vi.stubEnv("FANFARE_IDEMPOTENCY_TABLE", "table");
    vi.stubEnv("FANFARE_IDEMPOTENCY_RETENTION_SECONDS", "86400");
    vi.stubEnv("FANFARE_CONSUMER", "billing");
    const client = new DynamoDBClient({});
    const settings = resolve({ clients: { dynamodb: client } });
    expect(settings.guarantee).toBe("exactly-once");
    expect(settings.store).toBeDefined();
  });

  test("payload sources", () => {
    vi.stubEnv("FANFARE_PAYLOAD_SOURCES", "one-bucket/orders/, other-bucket");
    const settings = resolve();
    expect(settings.payloadSources).toEqual([
      { bucket: "one-bucket", prefix: "orders/" },
      { bucket: "other-bucket", prefix: "" },
    ]);
    expect(settings.payloads).toBeDefined();
  });

  test("dead-letter queues", () => {
    const value = { "arn:a": { url: "https://a", maxReceiveCount: 5 }, "arn:b": { url: "https://b" } };
    vi.stubEnv("FANFARE_DEAD_LETTER_QUEUES", JSON.stringify(value));
    expect(Object.fromEntries(resolve().deadLetterQueues)).toEqual(value);
  });
});

describe("refusals name the field and the remedy", () => {
  test.each([
    [{ concurrency: 0 }, "concurrency"],
    [{ concurrency: Number.NaN }, "concurrency"],
    [{ concurrency: 10_001 }, "concurrency"],
    [{ recordTimeoutMs: 0 }, "recordTimeoutMs"],
    [{ reserveMs: -1 }, "reserveMs"],
    [{ minStartMs: 900_001 }, "minStartMs"],
    [{ backoff: { baseSeconds: -1 } }, "backoff.baseSeconds"],
    [{ backoff: { capSeconds: 43_201 } }, "backoff.capSeconds"],
    [{ maxPayloadBytes: 0 }, "maxPayloadBytes"],
  ])("%o", (options, field) => {
    const error = refusal(() => resolve(options));
    expect(error).toMatchObject({ code: "ConfigurationInvalid", field });
    expect(error.remedy).toBeTruthy();
  });

  test.each(["at-most-once", "exactly-once"] as const)("%s without a store", (guarantee) => {
    const error = refusal(() => resolve({ consumer: "c", guarantee }));
    expect(error).toMatchObject({ code: "ConfigurationInvalid", field: "guarantee" });
    expect(error.message).toContain("FANFARE_IDEMPOTENCY_TABLE");
  });

  test("a store without a name for the consumer", () => {
    expect(refusal(() => resolve({ store: new MemoryStore() }))).toMatchObject({ field: "consumer" });
  });

  test("a retention that is no number", () => {
    vi.stubEnv("FANFARE_IDEMPOTENCY_TABLE", "table");
    vi.stubEnv("FANFARE_IDEMPOTENCY_RETENTION_SECONDS", "a month");
    expect(refusal(() => resolve({ consumer: "c" })).field).toBe("FANFARE_IDEMPOTENCY_RETENTION_SECONDS");
  });

  test("a payload source that cannot be a bucket", () => {
    vi.stubEnv("FANFARE_PAYLOAD_SOURCES", "Not_A_Bucket/x");
    expect(refusal(() => resolve()).field).toBe("FANFARE_PAYLOAD_SOURCES");
  });

  test.each(["{", "[]", '"text"', '{"arn":{}}', '{"arn":{"url":5}}', '{"arn":null}'])(
    "dead-letter queues that are %s",
    (value) => {
      vi.stubEnv("FANFARE_DEAD_LETTER_QUEUES", value);
      const error = refusal(() => resolve());
      expect(error).toMatchObject({ code: "ConfigurationInvalid", field: "FANFARE_DEAD_LETTER_QUEUES" });
      expect(error.remedy).toContain("maxReceiveCount");
    },
  );

  test("a circuit breaker without a store", () => {
    const error = refusal(() => resolve({ consumer: "c", circuitBreaker: circuitBreaker() }));
    expect(error).toMatchObject({ code: "ConfigurationInvalid", field: "circuitBreaker.store" });
    expect(error.message).toContain("FANFARE_IDEMPOTENCY_TABLE is not set");
    expect(error.remedy).toContain("circuitBreaker({ store: dynamoDbCircuitStore({ table }) })");
    vi.stubEnv("FANFARE_IDEMPOTENCY_TABLE", "records");
    expect(resolve({ consumer: "c", circuitBreaker: circuitBreaker() }).breaker).toBeDefined();
  });

  test.each([true, {}, { failureThreshold: 5 }, "on", circuitBreaker])(
    "a circuit breaker that is %s, as JavaScript and older callers give it",
    (given) => {
      const error = refusal(() => resolve({ consumer: "c", circuitBreaker: given }));
      expect(error).toMatchObject({ code: "ConfigurationInvalid", field: "circuitBreaker" });
      expect(error.remedy).toContain("pass the result of the function");
    },
  );

  test("a circuit breaker of a consumer without a name, and one with options out of range", () => {
    vi.stubEnv("FANFARE_IDEMPOTENCY_TABLE", "records");
    const unnamed = { guarantee: "at-least-once", circuitBreaker: circuitBreaker() };
    expect(refusal(() => resolve(unnamed)).field).toBe("consumer");
    const wrong = circuitBreaker({ openSeconds: 0 });
    expect(refusal(() => resolve({ consumer: "c", circuitBreaker: wrong })).field).toBe("circuitBreaker.openSeconds");
  });

  test("none where the circuit breaker is off", () => {
    for (const off of [undefined, false, null]) {
      expect(resolve({ circuitBreaker: off }).breaker).toBeUndefined();
    }
  });

  test("handlers of events that the contract does not have, of no function, or none", () => {
    const make = (handlers: object) => refusal(() => consume(contract, handlers, offline()));
    expect(make({ Else: () => {} }).field).toBe("handlers.Else");
    expect(make({ Placed: "no function" }).field).toBe("handlers.Placed");
    expect(make({ toString: () => {} }).field).toBe("handlers.toString");
    expect(make({}).field).toBe("handlers");
    expect(make({ Placed: undefined }).field).toBe("handlers");
  });
});

describe("a part that the bundle was made without is asked for", () => {
  const REMEDY = (part: string) => `set bundling: { keep: ["${part}"] } of the handler in the stack`;

  test("by the payloads' sources", () => {
    vi.stubEnv("FANFARE_WITHOUT_PAYLOADS", "1");
    expect(refusal(() => resolve({ payloadSources: "bucket/orders/" }))).toMatchObject({
      code: "ConfigurationInvalid",
      field: "payloadSources",
      remedy: REMEDY("payloads"),
    });
    const payloads = { get: async () => new Uint8Array() };
    expect(refusal(() => resolve({ payloads, payloadSources: "bucket/" })).field).toBe("payloadSources");
    expect(resolve({ payloads })).toMatchObject({ payloads: undefined, payloadSources: [] });
    vi.stubEnv("FANFARE_PAYLOAD_SOURCES", "bucket/orders/");
    expect(refusal(() => resolve()).field).toBe("FANFARE_PAYLOAD_SOURCES");
  });

  test("by the table of processed events, or by a circuit breaker in it", () => {
    vi.stubEnv("FANFARE_WITHOUT_IDEMPOTENCY", "1");
    vi.stubEnv("FANFARE_IDEMPOTENCY_TABLE", "records");
    expect(refusal(() => resolve({ consumer: "c" }))).toMatchObject({
      code: "ConfigurationInvalid",
      field: "FANFARE_IDEMPOTENCY_TABLE",
      remedy: REMEDY("idempotency"),
    });
    const breaker = refusal(() =>
      resolve({ consumer: "c", guarantee: "at-least-once", circuitBreaker: circuitBreaker() }),
    );
    expect(breaker).toMatchObject({ field: "circuitBreaker", remedy: REMEDY("idempotency") });
  });
});
