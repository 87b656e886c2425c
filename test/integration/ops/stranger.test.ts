import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { exportTo } from "../../../lib/cli/ops/dlq-export.ts";
import { showGroups } from "../../../lib/cli/ops/dlq-read.ts";
import { redrive } from "../../../lib/cli/ops/dlq-redrive.ts";
import { archive, purge, restore } from "../../../lib/cli/ops/dlq-write.ts";
import { archiveLetters, archivePlace, findDeadLetters } from "../../../lib/ops/index.ts";
import { until } from "./shop.ts";
import { VerbShop } from "./verb-shop.ts";

const MAIN = resolve(import.meta.dirname, "../../../lib/cli/main.ts");

let verbs: VerbShop;
let round = 0;

const ids = (count: number) => Array.from({ length: count }, (_, at) => `r${round}-${String(at).padStart(3, "0")}`);

async function depth(logicalId: string): Promise<{ readonly visible: number; readonly hidden: number }> {
  const { Attributes = {} } = await verbs.shop.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: verbs.shop.url(logicalId), AttributeNames: ["All"] }),
  );
  return {
    visible: Number(Attributes.ApproximateNumberOfMessages),
    hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
  };
}

/** Bodies of all messages of a queue, which are gone then. */
async function drained(logicalId: string): Promise<readonly string[]> {
  const bodies: string[] = [];
  const QueueUrl = verbs.shop.url(logicalId);
  for (;;) {
    const { Messages = [] } = await verbs.shop.sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) {
      return bodies;
    }
    bodies.push(...Messages.map(({ Body = "" }) => Body));
    const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle }));
    await verbs.shop.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
  }
}

describe("on a standard queue", () => {
  beforeAll(async () => {
    verbs = await VerbShop.start({ polled: false });
  });

  afterAll(async () => {
    await verbs[Symbol.asyncDispose]();
  });

  beforeEach(() => {
    round += 1;
    verbs.clear();
  });

  afterEach(async () => {
    verbs.shop.runtime.advance(60_000);
    for (const logicalId of ["Dead", "Undelivered", "Work"]) {
      await verbs.shop.sqs.send(new PurgeQueueCommand({ QueueUrl: verbs.shop.url(logicalId) }));
    }
  });

  test("an empty queue is reported, and is an error only where letters were expected", async () => {
    for (const verb of [redrive, archive, purge]) {
      verbs.clear();
      await verb("Billing", { all: true }, verbs.here());
      expect(verbs.out.join("\n")).toMatch(/^(redriven|archived|purged) 0 dead letters$/);
      expect(verbs.err.join("\n")).toContain("no dead letters");
      await expect(verb("Billing", { all: true, yes: true, expectCount: 5 }, verbs.here())).rejects.toMatchObject({
        exitCode: 2,
        message: expect.stringContaining("it would be 0"),
      });
    }
    verbs.clear();
    await redrive("Billing", { all: true, json: true }, verbs.here());
    expect(verbs.json()).toEqual({ moved: 0, failed: 0, returned: 0, late: 0 });
    writeFileSync(join(verbs.directory, "empty.ndjson"), "");
    verbs.clear();
    await restore("Billing", "empty.ndjson", { json: true }, verbs.here());
    expect(verbs.json()).toEqual({ count: 0, unreadable: 0 });
    expect(existsSync(join(verbs.directory, "home/journal.ndjson"))).toBe(false);
  });

  test("a reader that closes the pipe ends the export: the letters are released, and no stack is shown", async () => {
    await verbs.shop.send("Dead", ids(60));
    const command = `"${process.execPath}" --conditions=@fanfare/source "${MAIN}" dlq export Billing | head -1`;
    const child = spawn("sh", ["-c", command], {
      cwd: verbs.directory,
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, HOME: verbs.directory, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? "" },
    });
    const said = { out: "", err: "" };
    child.stdout.on("data", (chunk) => {
      said.out += chunk;
    });
    child.stderr.on("data", (chunk) => {
      said.err += chunk;
    });
    await new Promise((done) => child.once("close", done));
    expect(JSON.parse(said.out)).toMatchObject({ body: { type: "shop.OrderPlaced" } });
    expect(said.err).not.toMatch(/EPIPE|error|at .*\.ts/);
    expect(await depth("Dead")).toEqual({ visible: 60, hidden: 0 });
  });

  test("Ctrl-C ends a redrive: what it held is given back, and its journal continues", async () => {
    await verbs.shop.send("Dead", ids(60));
    const confirmed = ["--all", "--no-canary", "--json", "--yes", "--expect-count"];
    const { child, said, ended } = verbs.start(["dlq", "redrive", "Billing", ...confirmed, "60", "--rate", "10"]);
    await until(() => /moved [1-9]/.test(said.err), "some were moved");
    child.kill("SIGINT");
    const { code, out, err } = await ended;
    expect(code, err).toBe(0);
    const { moved, journal } = JSON.parse(out);
    expect(moved).toBeGreaterThan(0);
    expect(moved).toBeLessThan(60);
    expect(await depth("Dead")).toEqual({ visible: 60 - moved, hidden: 0 });
    verbs.clear();
    const rest = { all: true, canary: false, json: true, yes: true, expectCount: 60 - moved, resume: journal };
    await redrive("Billing", rest, verbs.here());
    expect(verbs.json()).toMatchObject({ moved: 60, failed: 0 });
    const arrived = (await drained("Work")).map((body) => JSON.parse(body).data.orderId);
    expect([...arrived].sort()).toEqual(ids(60));
  });

  test("a stopped archive holds what is gone from the queue, and nothing is held back", async () => {
    await verbs.shop.send("Dead", ids(100));
    const target = findDeadLetters(await verbs.shop.fleet(), "Billing");
    const stopping = new AbortController();
    const file = join(verbs.directory, "stopped.ndjson");
    let archived = 0;
    const place = archivePlace(verbs.shop.cloud, file);
    for await (archived of archiveLetters(verbs.shop.cloud, target, { all: true }, place, {
      signal: stopping.signal,
    })) {
      stopping.abort();
    }
    expect(archived).toBeGreaterThan(0);
    expect(archived).toBeLessThan(100);
    expect(readFileSync(file, "utf8").trim().split("\n")).toHaveLength(archived);
    expect(await depth("Dead")).toEqual({ visible: 100 - archived, hidden: 0 });
  });

  test("two operators at once: each letter is moved once, by one of them", async () => {
    await verbs.shop.send("Dead", ids(40));
    const options = { all: true, canary: false, yes: true, expectCount: 40 } as const;
    const both = await Promise.allSettled([
      redrive("Billing", options, verbs.here()),
      redrive("Billing", options, verbs.here()),
    ]);
    for (const each of both) {
      // While the other one looks at letters, the count is not what was expected.
      expect(each.status === "fulfilled" || each.reason.exitCode === 2, JSON.stringify(each)).toBe(true);
    }
    const arrived = (await drained("Work")).map((body) => JSON.parse(body).data.orderId);
    expect(new Set(arrived).size).toBe(arrived.length);
    expect(arrived.length + (await depth("Dead")).visible).toBe(40);
  });

  test("an archive keeps every character, line separators too", async () => {
    const data = 'one\u2028two\u2029three\r\nfour 🎺 "five"';
    await verbs.shop.send("Dead", ids(1));
    const QueueUrl = verbs.shop.url("Dead");
    await verbs.shop.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify({ data }) }));
    await archive("Billing", { all: true, to: "odd.ndjson", yes: true, expectCount: 2 }, verbs.here());
    await restore("Billing", "odd.ndjson", { yes: true, expectCount: 2 }, verbs.here());
    const bodies = (await drained("Dead")).map((body) => JSON.parse(body).data);
    expect(bodies).toContain(data);
  });

  test("an archive goes on behind a line that was torn, and a restore says that it cannot be read", async () => {
    writeFileSync(join(verbs.directory, "torn.ndjson"), '{"messageId":"torn');
    await verbs.shop.send("Dead", ids(2));
    await archive("Billing", { all: true, to: "torn.ndjson", yes: true, expectCount: 2 }, verbs.here());
    verbs.clear();
    await restore("Billing", "torn.ndjson", { yes: true, expectCount: 2, json: true }, verbs.here());
    expect(verbs.json()).toEqual({ count: 2, unreadable: 1 });
    expect(verbs.err.join("\n")).toContain("1 line of torn.ndjson cannot be read");
    expect(await drained("Dead")).toHaveLength(2);
  });

  test("the limit of an export counts matching letters only, and a failed export leaves the older file as it was", async () => {
    await verbs.shop.send("Dead", ids(20));
    const [, second = "", third = ""] = ids(20)
      .slice(10)
      .map((id) => `event-${id}`);
    await exportTo("Billing", { id: [second, third], limit: 1, to: "some.ndjson", json: true }, verbs.here());
    expect(verbs.json()).toEqual({ file: join(verbs.directory, "some.ndjson"), count: 1 });
    const before = readFileSync(join(verbs.directory, "some.ndjson"), "utf8");
    expect(before.trim().split("\n")).toHaveLength(1);
    const failing = exportTo("Billing", { id: ["nobody"], asTest: true, to: "some.ndjson" }, verbs.here());
    await expect(failing).rejects.toThrow(/no such dead letter was seen/);
    expect(readFileSync(join(verbs.directory, "some.ndjson"), "utf8")).toBe(before);
    verbs.clear();
    await exportTo("Billing", { asTest: true, limit: 1, json: true }, verbs.here());
    expect(verbs.json().text).toContain("app.deliver(");
  });

  test("SQS itself moves all of a queue, when that is asked for; what it cannot do is refused", async () => {
    await verbs.shop.send("Dead", ids(25));
    const task = { moveTask: true, yes: true, expectCount: 25, json: true } as const;
    for (const wrong of [
      {},
      { all: true, group: ["a"] },
      { all: true, limit: 2 },
      { all: true, canary: true },
      { all: true, resume: "x" },
      { all: true, undelivered: true },
      { all: true, rate: 0.5 },
      { all: true, rate: 501 },
    ]) {
      await expect(
        redrive("Billing", { ...task, ...wrong }, verbs.here()),
        JSON.stringify(wrong),
      ).rejects.toMatchObject({ exitCode: 2 });
    }
    await expect(redrive("Billing", { ...task, all: true, expectCount: 5 }, verbs.here())).rejects.toMatchObject({
      exitCode: 2,
    });
    expect(await depth("Dead")).toEqual({ visible: 25, hidden: 0 });
    await redrive("Billing", { ...task, all: true }, verbs.here());
    expect(verbs.json()).toMatchObject({ moved: 25, state: "completed" });
    expect(await depth("Work")).toMatchObject({ visible: 25 });
    const lines = readFileSync(join(verbs.directory, "home/journal.ndjson"), "utf8").trim().split("\n");
    expect(JSON.parse(lines.at(-1) ?? "")).toMatchObject({ what: "redrive", moveTask: true, count: 25 });
  });

  test("a subscription's dead-letter queue is read and redriven too", async () => {
    await verbs.shop.send("Undelivered", ids(3));
    await showGroups("Billing", { undelivered: true }, verbs.here());
    expect(verbs.out.join("\n")).toMatch(/undelivered: SNS could not deliver[\s\S]*3 seen/);
    verbs.clear();
    await redrive("shop-billing-undelivered", { all: true, yes: true, expectCount: 3, json: true }, verbs.here());
    expect(verbs.json()).toMatchObject({ moved: 3, failed: 0 });
    expect(await depth("Work")).toMatchObject({ visible: 3 });
  });

  test.each<[string, readonly string[], Readonly<Record<string, string>>]>([
    ["nobody listens there", ["dlq", "ls", "--endpoint-url", "http://127.0.0.1:9", "--json"], {}],
    [
      "there are no credentials",
      ["ps", "--region", "eu-central-1", "--json"],
      { AWS_EC2_METADATA_DISABLED: "true", AWS_CONFIG_FILE: "/none", AWS_SHARED_CREDENTIALS_FILE: "/none" },
    ],
    [
      "there is no such profile",
      ["dlq", "groups", "Billing", "--profile", "nobody", "--region", "eu-central-1", "--json"],
      { AWS_CONFIG_FILE: "/none", AWS_SHARED_CREDENTIALS_FILE: "/none" },
    ],
  ])("exit code 3, as JSON too, where %s", async (_, args, environment) => {
    const { code, out, err } = await verbs.fanfare(args, environment);
    expect(code, err).toBe(3);
    expect(JSON.parse(out)).toEqual({ error: { message: expect.stringMatching(/./), exitCode: 3 } });
  });

  test("a name that nobody has ends with 2, and the names there are", async () => {
    const { code, out } = await verbs.fanfare(["dlq", "groups", "Nobody", "--json"]);
    expect(code).toBe(2);
    expect(JSON.parse(out).error.message).toMatch(
      /there is no subscriber or queue Nobody \(use one of Orders\/Billing\)/,
    );
  });
});

test("of a FIFO queue the heads of groups are shown, and a redrive keeps the order of each group", async () => {
  await using shop = await VerbShop.start({ polled: false, fifo: true });
  verbs = shop;
  const orders = Array.from({ length: 30 }, (_, at) => `g${at % 3}-${String(at).padStart(3, "0")}`);
  await verbs.shop.send("Dead", orders);
  await showGroups("Billing", {}, verbs.here());
  expect(verbs.out.join("\n")).toMatch(/\d+ (of about 30 )?seen/);
  verbs.clear();
  await redrive("Billing", { all: true, canary: false, yes: true, expectCount: 30, json: true }, verbs.here());
  expect(verbs.json()).toMatchObject({ moved: 30, failed: 0 });
  const arrived = (await drained("Work")).map((body): string => JSON.parse(body).data.orderId);
  for (const group of ["g0", "g1", "g2"]) {
    const ofGroup = (id: string) => id.startsWith(group);
    expect(arrived.filter(ofGroup)).toEqual(orders.filter(ofGroup));
  }
});
