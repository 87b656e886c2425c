import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ListSubscriptionsCommand, PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ListQueuesCommand } from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { doctor } from "../../../lib/cli/ops/doctor.ts";
import type { Surroundings } from "../../../lib/cli/ops/surroundings.ts";
import { type TailVerbOptions, tail } from "../../../lib/cli/ops/tail.ts";
import { removeSession, sessionOf, writeSession } from "../../../lib/cli/session/index.ts";
import { leftTails, sweepTails } from "../../../lib/ops/index.ts";
import { CARD, orderBody, Shop, until } from "./shop.ts";

const MAIN = resolve(import.meta.dirname, "../../../lib/cli/main.ts");
const CONTRACT = resolve(import.meta.dirname, "handlers/orders.ts");

let shop: Shop;
let sns: SNSClient;
let directory: string;
let out: string[] = [];
let err: string[] = [];
let child: ChildProcess | undefined;

const here = (signal = new AbortController().signal): Surroundings => ({
  directory,
  home: join(directory, "home"),
  signal,
  terminal: { out: (line) => out.push(line), err: (line) => err.push(line) },
});

async function publish(type: string, body: string): Promise<void> {
  const attributes = { type: { DataType: "String", StringValue: type } };
  await sns.send(new PublishCommand({ TopicArn: shop.url("Topic"), Message: body, MessageAttributes: attributes }));
}

async function queues(): Promise<readonly string[]> {
  const { QueueUrls = [] } = await shop.sqs.send(new ListQueuesCommand({ QueueNamePrefix: "fanfare-tail-" }));
  return QueueUrls;
}

async function subscriptions(): Promise<number> {
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsCommand());
  return Subscriptions.length;
}

/** Starts a tail and publishes once it listens. */
async function tailing(options: Partial<TailVerbOptions>, whenListening: () => Promise<void>): Promise<void> {
  out = [];
  err = [];
  const running = tail("Orders", { for: "1m", limit: 1, ...options }, here());
  const failed = running.then(
    () => true,
    () => true,
  );
  await Promise.race([failed, until(() => err.some((line) => line.includes("listening")), "the tail listens")]);
  await whenListening();
  await running;
}

beforeAll(async () => {
  shop = await Shop.start({ polled: false });
  directory = mkdtempSync(join(tmpdir(), "fanfare-tail-"));
  writeSession(directory, sessionOf(shop.runtime));
  sns = new SNSClient({
    endpoint: shop.runtime.endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
});

afterEach(async () => {
  child?.kill("SIGKILL");
  child = undefined;
});

afterAll(async () => {
  removeSession(directory);
  sns.destroy();
  await shop[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

test("shows events as they pass, without bodies, and leaves nothing behind", async () => {
  await tailing({ limit: 2 }, async () => {
    await publish("shop.OrderPlaced", orderBody("1", 10));
    await publish("shop.Other", "not an event");
  });
  expect(out).toHaveLength(2);
  const lines = out.join("\n");
  expect(lines).toMatch(/shop\.OrderPlaced.*event-1/);
  expect(lines).toContain("message");
  expect(lines).not.toContain(CARD);
  expect(lines).not.toContain("not an event");
  expect(await queues()).toEqual([]);
  expect(await subscriptions()).toBe(1);
  const written = readFileSync(join(directory, "home/journal.ndjson"), "utf8");
  expect(JSON.parse(written.split("\n")[0] ?? "")).toMatchObject({ what: "tail", topic: shop.url("Topic") });
});

test.each([["OrderPlaced"], ["shop.OrderPlaced"]])(
  "shows only %s where that is asked for; sensitive fields are masked",
  async (event) => {
    await tailing({ event: [event], body: true, json: true }, async () => {
      await publish("shop.Other", orderBody("8", 1));
      await publish("shop.OrderPlaced", orderBody("2", 20));
    });
    expect(out.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        id: "event-2",
        type: "shop.OrderPlaced",
        attributes: { type: "shop.OrderPlaced" },
        body: expect.objectContaining({ data: { orderId: "2", total: 20, card: "***" } }),
      }),
    ]);
  },
);

test("a contract marks what a consumer would refuse, and knows the names of events", async () => {
  await tailing({ contract: CONTRACT, limit: 3, json: true }, async () => {
    await publish("shop.OrderPlaced", orderBody("3", 30));
    await publish("shop.OrderPlaced", orderBody("", 30));
    await publish("shop.OrderPlaced", "{}");
  });
  const problems = new Map(out.map((line) => [JSON.parse(line).id, JSON.parse(line).problem]));
  expect(problems.get("event-3")).toBeUndefined();
  expect(problems.get("event-")).toMatch(/orderId/);
  expect(problems.get(undefined)).toMatch(/specversion/);
  await expect(tail("Orders", { for: "1m", contract: CONTRACT, event: ["OrderLost"] }, here())).rejects.toThrow(
    /no event OrderLost: choose one of OrderPlaced/,
  );
});

test.each([
  ["Nothing", "1m", /there is no topic Nothing: shop-orders/],
  ["Orders", "1 day", /--for 1 day is no duration/],
  ["Orders", "13h", /up to 12h/],
])("%s for %s is refused before anything is made", async (topic, time, message) => {
  await expect(tail(topic, { for: time }, here())).rejects.toThrow(message);
  expect(await queues()).toEqual([]);
});

test.each([["shop"], ["shop-orders"], ["topic's ARN"]])("a topic is found as %s", async (name) => {
  const stopped = AbortSignal.abort();
  await tail(name === "topic's ARN" ? shop.url("Topic") : name, { for: "1m" }, here(stopped)).catch(
    (error: unknown) => {
      expect(error).toMatchObject({ name: "AbortError" });
    },
  );
  expect(await queues()).toEqual([]);
});

test("ends with its time", async () => {
  await tailing({ for: "1s" }, async () => {});
  expect(out).toEqual([]);
  expect(await queues()).toEqual([]);
});

/** Starts the command as a process of its own; resolves when it listens. */
async function started(...args: string[]): Promise<{ readonly code: Promise<number | null> }> {
  const process_ = spawn(process.execPath, ["--conditions=@fanfare/source", MAIN, "tail", "Orders", ...args], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env.PATH, HOME: directory, NO_COLOR: "1", FANFARE_HOME: join(directory, "home") },
  });
  child = process_;
  let text = "";
  for (const stream of [process_.stdout, process_.stderr]) {
    stream.on("data", (chunk) => {
      text += chunk;
    });
  }
  const code = new Promise<number | null>((done) => process_.once("close", done));
  await Promise.race([code, until(() => text.includes("listening"), "the tail listens")]);
  expect(text).toContain("listening");
  return { code };
}

test("Ctrl-C removes the queue, and exits with 0", async () => {
  const { code } = await started();
  expect(await queues()).toHaveLength(1);
  child?.kill("SIGINT");
  expect(await code).toBe(0);
  expect(await queues()).toEqual([]);
  expect(await subscriptions()).toBe(1);
});

test("what kill -9 leaves is removed by doctor when its end is over, and not before", async () => {
  await started("--for", "3s");
  child?.kill("SIGKILL");
  // Another's queue with such a name, and the tail of somebody who still listens.
  await shop.sqs.send(new CreateQueueCommand({ QueueName: "fanfare-tail-of-others" }));
  const listening = new AbortController();
  const other = tail("Orders", { for: "1h" }, here(listening.signal));
  await until(async () => (await queues()).length === 3, "three queues are there");
  expect(await sweepTails(shop.cloud, Date.now() - 3_600_000)).toEqual([]);
  await until(async () => (await leftTails(shop.cloud)).length === 1, "the killed tail is over");
  out = [];
  await doctor({ json: true }, here()).catch(() => undefined);
  const { swept, findings } = JSON.parse(out.join("\n"));
  expect(swept).toEqual([expect.stringMatching(/^fanfare-tail-[\da-f]{12}$/)]);
  expect(JSON.stringify(findings)).not.toContain("fanfare-tail");
  expect(await queues()).toHaveLength(2);
  expect(await subscriptions()).toBe(2);
  listening.abort();
  await other;
  expect(await queues()).toHaveLength(1);
  expect(await subscriptions()).toBe(1);
});
