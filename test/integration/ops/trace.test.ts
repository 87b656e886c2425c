import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { serveTraces, type TraceServer } from "../../../lib/cli/dev/trace-server.ts";
import { redrive } from "../../../lib/cli/ops/dlq-redrive.ts";
import type { Surroundings } from "../../../lib/cli/ops/surroundings.ts";
import { trace } from "../../../lib/cli/ops/trace.ts";
import { removeSession, sessionOf, writeSession } from "../../../lib/cli/session/index.ts";
import type { EventTrace } from "../../../lib/ops/index.ts";
import { findDeadLetters, readLetters, tracedIdOf, traceEvent } from "../../../lib/ops/index.ts";
import { startAuditedShop } from "./audited-shop.ts";
import { LogsService } from "./logs-service.ts";
import { CARD, orderBody, type Shop, until } from "./shop.ts";

const MAIN = resolve(import.meta.dirname, "../../../lib/cli/main.ts");

let shop: Shop;
let traces: TraceServer;
let directory: string;
let out: string[] = [];

const here = (answer?: string): Surroundings => ({
  directory,
  home: join(directory, "home"),
  signal: new AbortController().signal,
  terminal: { out: (line) => out.push(line), err: () => {} },
  ask: answer === undefined ? undefined : async () => answer,
});

/** What `fanfare trace --json` says. */
async function traced(id: string, options: object = {}): Promise<EventTrace> {
  out = [];
  await trace(id, { ...options, json: true }, here());
  return JSON.parse(out.join("\n")).trace;
}

/** Ids of dead letters, by the event's id or that of the message which failed. */
async function lettersOf(id: string): Promise<string[]> {
  const target = findDeadLetters(await shop.fleet(), "Billing");
  const found: string[] = [];
  for await (const letters of readLetters(shop.cloud, target)) {
    found.push(...letters.filter((each) => tracedIdOf(each) === id).map(({ messageId }) => messageId));
  }
  return found;
}

/** The tree without what differs from run to run. */
function shapeOf({ event, subscribers, caused }: EventTrace): object {
  return {
    event,
    subscribers: subscribers.map(({ queue, state, steps, caused: published }) => ({
      queue,
      state,
      steps: steps
        .filter(({ kind }) => kind === "attempt" || kind === "redriven" || kind === "waiting")
        .map((step) => (step.kind === "attempt" ? `${step.attempt} ${step.outcome}` : step.kind)),
      caused: published.map(shapeOf),
    })),
    caused: caused.map(shapeOf),
  };
}

beforeAll(async () => {
  const started = await startAuditedShop();
  shop = started.shop;
  traces = await serveTraces(started.journal);
  directory = mkdtempSync(join(tmpdir(), "fanfare-trace-"));
  writeSession(directory, { ...sessionOf(shop.runtime), traces: traces.url });
  const sns = new SNSClient({
    endpoint: shop.runtime.endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  shop.break("declined");
  await sns.send(
    new PublishCommand({
      TopicArn: shop.url("Topic"),
      Message: orderBody("1", 7),
      MessageAttributes: { type: { DataType: "String", StringValue: "shop.OrderPlaced" } },
    }),
  );
  sns.destroy();
  await shop.runtime.whenQuiet();
  shop.break(undefined);
});

afterAll(async () => {
  removeSession(directory);
  await traces.close();
  await shop[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

beforeEach(() => {
  out = [];
});

describe("beside a running fanfare dev", () => {
  test("the tree has each subscriber, the events that handlers published, and what filters held back", async () => {
    const golden = {
      event: "OrderPlaced",
      subscribers: [
        {
          queue: "shop-audit",
          state: "done",
          steps: ["1 done"],
          caused: [
            {
              event: "OrderAudited",
              subscribers: [
                { queue: "shop-audit", state: "done", steps: ["1 done"], caused: [] },
                { queue: "shop-billing", state: "withheld", steps: [], caused: [] },
              ],
              caused: [],
            },
          ],
        },
        { queue: "shop-billing", state: "deadLettered", steps: ["1 deadLettered"], caused: [] },
      ],
      caused: [],
    };
    const found = await traced("event-1");
    expect(shapeOf(found)).toEqual(golden);
    expect(found.published?.at).toBe(Date.parse("2026-11-29T12:00:00.000Z"));
    const audited = found.subscribers[0]?.caused[0];
    expect(audited).toMatchObject({
      causationId: "event-1",
      correlationId: "event-1",
      published: { target: "shop-orders", by: "shop-audit" },
    });
    // By the id of any message, and from the middle of the chain.
    const [first] = found.subscribers[1]?.steps ?? [];
    const messageId = first !== undefined && "messageId" in first ? first.messageId : "none";
    expect(await traced(messageId)).toEqual(found);
    expect(await traced(audited?.eventId ?? "")).toEqual(audited);
  });

  test("people see it as a tree, with reasons; dead letters are looked for on request", async () => {
    await trace("event-1", {}, here());
    expect(out.join("\n")).toMatch(/Orders\/Billing.*dead-lettered/);
    expect(out.join("\n")).toMatch(/attempt 1.*cannot charge order 1: gateway said 407/);
    expect(out.join("\n")).not.toContain("waits in");
    out = [];
    await trace("event-1", { deadLetters: true }, here());
    expect(out.join("\n")).toMatch(/waits in shop-billing-dlq.*cannot charge order 1/);
    expect(out.join("\n")).not.toContain(CARD);
  });

  test("what is not known says where it was looked for", async () => {
    await expect(trace("event-2", {}, here())).rejects.toThrow(
      /nothing is known of event-2. Looked at what `fanfare dev` has recorded since it was started; --dead-letters/,
    );
    await expect(trace("event-2", { deadLetters: true }, here())).rejects.toThrow(/shop-billing-dlq/);
    await shop.send("Dead", ["3"]);
    expect(shapeOf(await traced("event-3", { deadLetters: true }))).toMatchObject({
      subscribers: [{ queue: "shop-billing", state: "deadLettered", steps: ["waiting"] }],
    });
  });

  test("a dead letter's own id leads to its event, and one without an event to the message that failed", async () => {
    const [letter] = await lettersOf("event-1");
    expect(shapeOf(await traced(letter ?? "", { deadLetters: true }))).toMatchObject({
      event: "OrderPlaced",
      subscribers: expect.arrayContaining([expect.objectContaining({ queue: "shop-billing", state: "deadLettered" })]),
    });
    const { MessageId = "" } = await shop.sqs.send(
      new SendMessageCommand({ QueueUrl: shop.url("Work"), MessageBody: "no event" }),
    );
    await until(async () => (await lettersOf(MessageId)).length === 1, "it is dead-lettered");
    const [unreadable = ""] = await lettersOf(MessageId);
    expect(unreadable).not.toBe(MessageId);
    for (const id of [MessageId, unreadable]) {
      expect(shapeOf(await traced(id, { deadLetters: true })), id).toMatchObject({
        subscribers: [{ state: "deadLettered", steps: ["1 deadLettered", "waiting"] }],
      });
    }
  });

  test("nobody reads it without the session's file, and nothing but a look is possible", async () => {
    const { origin } = new URL(traces.url);
    expect((await fetch(`${origin}/facts?id=event-1`)).status).toBe(404);
    expect((await fetch(`${traces.url}?id=event-1`, { method: "POST" })).status).toBe(404);
  });

  test("the exit code is 0, or 1 where nothing is known", async () => {
    const fanfare = async (...args: string[]) => {
      const env = { PATH: process.env.PATH, HOME: directory, NO_COLOR: "1" };
      const child = spawn(process.execPath, ["--conditions=@fanfare/source", MAIN, "trace", ...args], {
        cwd: directory,
        env,
        stdio: ["ignore", "pipe", "pipe"],
      });
      let text = "";
      let out = "";
      child.stderr.on("data", (chunk) => {
        text += chunk;
      });
      child.stdout.on("data", (chunk) => {
        text += chunk;
        out += chunk;
      });
      const code = await new Promise<number | null>((done) => child.once("close", done));
      return { code, text, out };
    };
    const [found, unknown, wrong] = await Promise.all([
      fanfare("event-1", "--json"),
      fanfare("event-2"),
      fanfare("event-1", "--since", "yesterday", "--region", "eu-central-1"),
    ]);
    expect(found, found.text).toMatchObject({ code: 0 });
    expect(JSON.parse(found.out).trace.eventId).toBe("event-1");
    expect(unknown).toMatchObject({ code: 1, text: expect.stringContaining("nothing is known of event-2") });
    expect(wrong, wrong.text).toMatchObject({ code: 2 });
  });
});

describe("by the logs", () => {
  let logs: LogsService;

  beforeAll(async () => {
    logs = await LogsService.start(shop.runtime.endpoint);
    // Both functions write what consumers write on AWS, in Lambda's text format.
    const prefixed = shop.logs.map((line) => `2026-11-29T12:00:00.000Z\t8f5e\tINFO\t${line}\n`);
    logs.groups.set(
      "/aws/lambda/shop-billing",
      prefixed.filter((line) => line.includes("shop.Billing")),
    );
    logs.groups.set(
      "/aws/lambda/shop-audit",
      prefixed.filter((line) => line.includes("shop.Audit")),
    );
  });

  afterAll(async () => {
    await logs?.[Symbol.asyncDispose]();
  });

  const place = () => ({ endpointUrl: logs.endpoint });

  test("the tree is the same, but for what no consumer logs", async () => {
    const found = await traced("event-1", place());
    expect(shapeOf(found)).toEqual({
      event: "OrderPlaced",
      subscribers: [
        { queue: "shop-audit", state: "done", steps: ["1 done"], caused: [] },
        { queue: "shop-billing", state: "deadLettered", steps: ["1 deadLettered"], caused: [] },
      ],
      caused: [
        {
          event: "OrderAudited",
          subscribers: [{ queue: "shop-audit", state: "done", steps: ["1 done"], caused: [] }],
          caused: [],
        },
      ],
    });
    expect(logs.queries[0]?.logGroupNames).toEqual(["/aws/lambda/shop-audit", "/aws/lambda/shop-billing"]);
    const { startTime = 0, endTime = 0 } = logs.queries[0] ?? {};
    expect(endTime - startTime).toBeGreaterThanOrEqual(86_400);
    // From the middle of the chain, the correlation id leads to the rest.
    const audited = found.caused[0]?.eventId ?? "";
    expect(await traced(audited, place())).toMatchObject({ eventId: audited, causationId: "event-1" });
  });

  test("times and log groups can be given, and a log group that does not exist costs only itself", async () => {
    logs.queries.length = 0;
    const options = { ...place(), since: "2026-11-28T00:00:00Z", until: "2026-11-29T00:00:00Z", logGroup: ["/poller"] };
    await traced("event-1", options);
    expect(logs.queries[0]).toMatchObject({ startTime: 1_795_824_000, endTime: 1_795_910_400 });
    expect(logs.queries[0]?.logGroupNames).toContain("/poller");
    const looked = await traceEvent("nobody", {
      cloud: shop.cloud,
      fleet: () => shop.fleet(),
      source: async () => ({ facts: [], looked: [], notes: [] }),
    });
    expect(looked).toMatchObject({ trace: undefined, lines: [] });
    await expect(trace("nobody", options, here())).rejects.toThrow(
      /Looked at the logs of \/aws\/lambda\/shop-audit, .*\/poller from 2026-11-28T00.*\n.*\/poller does not exist/,
    );
  });

  test("a query that fails says what to do, and is stopped", async () => {
    logs.status = "Timeout";
    await expect(trace("event-1", place(), here())).rejects.toThrow(/ended as Timeout.*--since/);
    logs.status = "Complete";
    logs.runs = 1_000_000;
    const stopping = new AbortController();
    logs.queries.length = 0;
    logs.stopped.length = 0;
    const running = trace("event-1", place(), { ...here(), signal: stopping.signal });
    const ended = expect(running).rejects.toThrow(/abort/i);
    await until(() => logs.queries.length > 0, "the query runs");
    stopping.abort();
    await ended;
    expect(logs.stopped).toEqual(["0"]);
    logs.runs = 1;
  });
});

test("a redrive is seen, with what became of it", async () => {
  await redrive("Billing", { id: ["event-1"], yes: true, expectCount: 1 }, here());
  await shop.runtime.whenQuiet();
  const { subscribers } = await traced("event-1");
  expect(subscribers.map(({ queue, state }) => [queue, state])).toEqual([
    ["shop-audit", "done"],
    ["shop-billing", "done"],
  ]);
  expect(subscribers[1]?.steps.map(({ kind }) => kind)).toEqual(["delivered", "attempt", "redriven", "attempt"]);
});
