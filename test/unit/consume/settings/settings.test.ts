import { S3Client } from "@aws-sdk/client-s3";
import { describe, expect, test, vi } from "vitest";
import { MemoryStore } from "../support.ts";
import { refusal, resolve, withoutVariables } from "./environment.ts";

withoutVariables();

const named = { consumer: "billing", store: new MemoryStore() };

/** A logger that keeps its lines as level, message and fields. */
function memoryLogger() {
  const lines: unknown[][] = [];
  const write =
    (level: string) =>
    (...line: unknown[]) =>
      void lines.push([level, ...line]);
  return { lines, logger: { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") } };
}

describe("events with the same id are compared", () => {
  test("where they are claimed, and their differences count", () => {
    expect(resolve(named).digestOf).toBeDefined();
    expect(resolve({ ...named, idConflict: "ignore" }).digestOf).toBeUndefined();
    expect(resolve().digestOf).toBeUndefined();
  });

  test("not in a bundle without that part", () => {
    vi.stubEnv("FANFARE_WITHOUT_IDEMPOTENCY", "1");
    expect(resolve(named).digestOf).toBeUndefined();
    vi.stubEnv("FANFARE_WITHOUT_IDEMPOTENCY", "0");
    expect(resolve(named).digestOf).toBeDefined();
  });
});

describe("a logger of the user", () => {
  test("is told everything where no level is given, and what the level allows otherwise", () => {
    const { lines, logger } = memoryLogger();
    vi.stubEnv("FANFARE_LOG_LEVEL", "error");
    resolve({ logger }).logger.debug("told", {});
    resolve({ logger, logLevel: "warn" }).logger.info("not told", {});
    resolve({ logger, logLevel: "warn" }).logger.warn("told, too", {});
    expect(lines.map(([level, message]) => [level, message])).toEqual([
      ["debug", "told"],
      ["warn", "told, too"],
    ]);
  });

  test("is told why an observer failed", () => {
    const { lines, logger } = memoryLogger();
    const observer = {
      name: "broken",
      onStep: () => {
        throw new Error("no connection");
      },
    };
    resolve({ logger, observers: [observer] }).hook?.tell({
      type: "invocationEnded",
      at: 0,
      durationMs: 0,
      consumer: "billing",
      invocation: { id: "i", functionName: "f" },
    });
    expect(lines).toEqual([["warn", expect.any(String), { error: expect.objectContaining({ name: "Error" }) }]]);
  });

  test("has a level that there is", () => {
    expect(refusal(() => resolve({ logLevel: "loud" }))).toMatchObject({
      field: "logLevel",
      summary: 'logLevel is "loud"',
      remedy: "use debug, info, warn, error or silent",
    });
  });
});

describe("refusals", () => {
  test("of attempts name them", () => {
    expect(refusal(() => resolve({ maxAttempts: 0 })).field).toBe("maxAttempts");
  });

  test("of a consumer without a name say how to name it", () => {
    expect(refusal(() => resolve({ store: new MemoryStore() }))).toMatchObject({
      summary: "the consumer has no name: FANFARE_CONSUMER is not set",
      remedy: expect.stringContaining("give the consumer option"),
    });
  });

  test("of a circuit breaker that is none say so", () => {
    expect(refusal(() => resolve({ consumer: "c", circuitBreaker: {} })).summary).toContain("was not made by");
  });
});

test("payloads are fetched with the client that is given", async () => {
  const client = new S3Client({ region: "eu-central-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });
  const commands: (string | undefined)[] = [];
  client.middlewareStack.add(
    (_next, { commandName }) =>
      async () => {
        commands.push(commandName);
        throw new Error("enough seen");
      },
    { step: "initialize" },
  );
  const { payloads } = resolve({ payloadSources: "bucket/orders/", clients: { s3: client } });
  const pointer = { bucket: "bucket", key: "orders/1", bytes: 1, sha256: "0".repeat(64) };
  await expect(payloads?.get(pointer, 1)).rejects.toThrow();
  expect(commands).toEqual(["GetObjectCommand"]);
  client.destroy();
});
