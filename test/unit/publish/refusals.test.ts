import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { defineContract, event } from "../../../lib/contract/index.ts";
import { createPublisher, type PublisherOptions } from "../../../lib/publish/index.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { bench, memoryStore, orders, QUEUE_URL, rejection, scriptedSns, TOPIC } from "./support.ts";

const FIFO = { target: `${TOPIC}.fifo` };
const LIMIT = "FANFARE_ORDERS_MAX_MESSAGE_BYTES";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** What an error says: what is wrong, what may be done, and where. */
const said = ({ summary, remedy, field, limit }: Awaited<ReturnType<typeof rejection>>) => ({
  summary,
  remedy,
  field,
  limit,
});

describe("what an error says and advises", () => {
  it.each<[PublisherOptions, string, string, string]>([
    [
      { source: "" },
      "the publisher's source is not a non-empty string",
      "pass a URI that names the publisher, or omit the option",
      "source",
    ],
    [
      { source: 5 as never },
      "the publisher's source is not a non-empty string",
      "pass a URI that names the publisher, or omit the option",
      "source",
    ],
    [
      { target: "orders" },
      'the publisher\'s target "orders" is neither the ARN of a topic nor the URL of a queue',
      "use arn:aws:sns:REGION:ACCOUNT:NAME or https://sqs.REGION.amazonaws.com/ACCOUNT/NAME",
      "target",
    ],
    [{ attemptTimeoutMs: 0 }, "attemptTimeoutMs is 0", expect.any(String), "attemptTimeoutMs"],
  ])("of the options %j", async (options, summary, remedy, field) => {
    const made = rejection((async () => createPublisher(orders, { target: TOPIC, ...options }) && undefined)());
    expect(said(await made)).toMatchObject({ summary, remedy, field });
  });

  it("of a variable that is no number of bytes", async () => {
    vi.stubEnv(LIMIT, "1 MiB");
    const made = rejection((async () => createPublisher(orders, { target: TOPIC }) && undefined)());
    expect(said(await made)).toMatchObject({
      summary: `${LIMIT} is "1 MiB"`,
      remedy: "set it to a whole number of bytes",
      field: LIMIT,
    });
  });

  it.each<[string, () => Promise<unknown>, object]>([
    [
      "an event without a group",
      () => bench(undefined, FIFO).publish("Placed", { id: "o1" }),
      {
        summary: "Placed has no message group, but the target is FIFO",
        remedy: "declare group in the contract, or pass the group option to publish",
        field: "Placed.group",
      },
    ],
    [
      "an event that the contract does not have",
      () => bench().publish("Lost" as never, {} as never),
      { summary: "contract orders has no event Lost", remedy: "publish one of Placed, Grouped, Plain", field: "name" },
    ],
    [
      "a delay to a topic",
      () => bench().publish("Plain", { id: "o1", text: "" }, { delaySeconds: 1 }),
      {
        summary: "Plain.delaySeconds is set, but only standard queues delay single messages",
        remedy: "publish to a standard queue, or set the delay of the subscribed queue",
      },
    ],
    [
      "a delay that is too long",
      () => bench(undefined, { target: QUEUE_URL }).publish("Plain", { id: "o1", text: "" }, { delaySeconds: 901 }),
      {
        summary: "Plain.delaySeconds is 901",
        remedy: "use a whole number of seconds from 0 to 900, or EventBridge Scheduler for a longer delay",
        limit: "900 seconds",
      },
    ],
    [
      "a publisher that is closed",
      async () => {
        const { publish } = bench();
        await publish.close();
        await publish("Plain", { id: "o1", text: "" });
      },
      { summary: "the publisher is closed", remedy: "publish before calling close(), or make a new publisher" },
    ],
    [
      "a payload that the store did not take",
      () => {
        const payloads = { ...memoryStore(), put: () => Promise.reject(new Error("disk full")) };
        return bench(undefined, { payloads }).publish("Plain", { id: "o1", text: "x".repeat(300_000) });
      },
      { summary: "the payload store did not take a payload: disk full", remedy: "publish the event again" },
    ],
  ])("of %s", async (_, publishing, expected) => {
    expect(said(await rejection(publishing()))).toMatchObject(expected);
  });

  it("of a payload store, at most 300 characters of what that says", async () => {
    const payloads = { ...memoryStore(), put: () => Promise.reject(new Error(`no ${"x".repeat(5_000)}`)) };
    const { publish } = bench(undefined, { payloads });
    const { summary } = await rejection(publish("Plain", { id: "o1", text: "x".repeat(300_000) }));
    expect(summary).toMatch(/: no x+$/);
    expect(summary.length).toBeLessThan(360);
  });
});

describe("a target", () => {
  it.each([`the topic ${TOPIC}`, `${TOPIC}\n`, `at ${QUEUE_URL}`, `${QUEUE_URL}\n`])(
    "%j is refused, although one stands in it",
    (target) => {
      expect(() => createPublisher(orders, { target })).toThrow(/neither the ARN of a topic nor the URL of a queue/);
    },
  );
});

describe("the variable of the limit", () => {
  it("that is empty counts as unset", () => {
    vi.stubEnv(LIMIT, "");
    expect(() => createPublisher(orders, { target: TOPIC })).not.toThrow();
  });
});

const noted = defineContract("noted", {
  Noted: event({ schema: z.object({ text: z.string(), note: z.string() }), attributes: { note: ({ note }) => note } }),
});

describe("an offloaded message", () => {
  it("may have exactly as many bytes as a message may, and no more", async () => {
    const publishWith = async (note: number) => {
      const clock = new FakeClock();
      const options = { target: TOPIC, clock, payloads: memoryStore(), maxMessageBytes: 1_024 };
      const publish = createPublisher(noted, { ...options, clients: { sns: scriptedSns().client } });
      const published = publish("Noted", { text: "x".repeat(2_000), note: "n".repeat(note) }).then(
        () => undefined,
        (error: { readonly summary: string }) => error.summary,
      );
      await clock.settle();
      return await published;
    };
    const bytesOf = (summary: string | undefined) => Number(/has (\d+) bytes/.exec(summary ?? "")?.[1]);
    const over = bytesOf(await publishWith(1_000)) - 1_024;
    expect(over).toBeGreaterThan(0);
    expect(await publishWith(1_000 - over)).toBeUndefined();
    expect(bytesOf(await publishWith(1_001 - over))).toBe(1_025);
  });
});

describe("a payload store", () => {
  const large = { id: "o1", text: "x".repeat(2 * 1_048_576) };

  it("gets 15 seconds, and one more per MiB", async () => {
    const { clock, publish } = bench(undefined, {
      payloads: { ...memoryStore(), put: () => new Promise(() => {}) },
    });
    let error: unknown;
    rejection(publish("Plain", large)).then((rejected) => {
      error = rejected;
    });
    await clock.advance(16_999);
    expect(error).toBeUndefined();
    await clock.advance(2);
    expect(error).toMatchObject({ message: expect.stringContaining("not stored within 17000 ms") });
  });

  it.each(["the caller", "the deadline"])("is told to stop by %s", async (by) => {
    const signals: AbortSignal[] = [];
    const payloads = {
      ...memoryStore(),
      put: (_: Uint8Array, signal?: AbortSignal): Promise<never> => {
        signals.push(...(signal === undefined ? [] : [signal]));
        return new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new Error("stopped"))));
      },
    };
    const { clock, publish } = bench(undefined, { payloads });
    const abort = new AbortController();
    const rejected = rejection(publish("Plain", large, { signal: abort.signal }));
    await clock.settle();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    if (by === "the caller") {
      abort.abort(new Error("changed my mind"));
    } else {
      await clock.advance(20_000);
    }
    expect((await rejected).message).toContain(by === "the caller" ? "changed my mind" : "not stored within");
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});
