import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { Command } from "commander";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { bundleEntry } from "../../../infra/constructs/bundling/bundle-entry.ts";
import { CliError, explain } from "../../../lib/cli/cli-error.ts";
import { invokeCommand } from "../../../lib/cli/commands/invoke.ts";
import { sendCommand } from "../../../lib/cli/commands/send.ts";
import { until } from "../local/runtime/harness.ts";

const MAIN = resolve(import.meta.dirname, "../../../lib/cli/main.ts");

const QUEUE_ARN = { "Fn::GetAtt": ["Work", "Arn"] };

/** A topic, a queue that takes one type of its events, and the function of the bundle. */
const RESOURCES = {
  Topic: { Type: "AWS::SNS::Topic", Metadata: { "aws:cdk:path": "Shop/Orders/Topic/Resource" } },
  Work: { Type: "AWS::SQS::Queue", Metadata: { "aws:cdk:path": "Shop/Orders/Billing/Queue/Resource" } },
  Policy: {
    Type: "AWS::SQS::QueuePolicy",
    Properties: {
      Queues: [{ Ref: "Work" }],
      PolicyDocument: {
        Statement: { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: QUEUE_ARN },
      },
    },
  },
  Subscription: {
    Type: "AWS::SNS::Subscription",
    Properties: {
      TopicArn: { Ref: "Topic" },
      Protocol: "sqs",
      Endpoint: QUEUE_ARN,
      RawMessageDelivery: true,
      FilterPolicy: { type: ["shop.OrderPlaced"] },
    },
  },
  Fn: {
    Type: "AWS::Lambda::Function",
    Metadata: { "aws:cdk:path": "Shop/Orders/Billing/Handler/Resource" },
    Properties: {
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Code: { S3Key: "bundle.zip" },
      Environment: { Variables: { GREETING: "hello" } },
    },
  },
  Map: {
    Type: "AWS::Lambda::EventSourceMapping",
    Properties: {
      EventSourceArn: QUEUE_ARN,
      FunctionName: { Ref: "Fn" },
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    },
  },
};

const ASSETS = {
  files: { a: { source: { path: "bundle" }, destinations: { d: { objectKey: "bundle.zip" } } } },
};

const MANIFEST = {
  artifacts: {
    "Shop.assets": { type: "cdk:asset-manifest", properties: { file: "Shop.assets.json" } },
    Shop: {
      type: "aws:cloudformation:stack",
      environment: "aws://unknown-account/unknown-region",
      properties: { templateFile: "Shop.template.json" },
      dependencies: ["Shop.assets"],
    },
  },
};

/** Those of this process, before any command ran. */
let variables: NodeJS.ProcessEnv;

let directory: string;
let dev: ChildProcess | undefined;
let output = "";

function fanfare(...args: string[]): ChildProcess {
  return spawn(process.execPath, ["--conditions=@fanfare/source", MAIN, ...args], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, npm_package_name: "shop" },
  });
}

/** Runs a command in a process of its own: its exit code and all that it printed. */
async function runProcess(...args: string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  const child = fanfare(...args);
  let text = "";
  child.stdout?.on("data", (chunk) => {
    text += chunk;
  });
  child.stderr?.on("data", (chunk) => {
    text += chunk;
  });
  const code = await new Promise<number | null>((done) => child.once("close", (exit) => done(exit)));
  return { code, text };
}

/** Runs a command in this process, which has loaded the SDK already. */
async function run(...args: string[]): Promise<{ readonly code: number | null; readonly text: string }> {
  const lines: string[] = [];
  const print = (line: string) => {
    lines.push(line);
  };
  const surroundings = { terminal: { out: print, err: print }, directory };
  const program = new Command().addCommand(sendCommand(surroundings)).addCommand(invokeCommand(surroundings));
  const code = await program.parseAsync(args, { from: "user" }).then(
    () => 0,
    (error: unknown) => {
      print(explain(error, false));
      return error instanceof CliError ? error.exitCode : 1;
    },
  );
  // Colours are a matter of the environment.
  return { code, text: stripVTControlCharacters(lines.map((line) => `${line}\n`).join("")) };
}

const printed = (text: string | RegExp) =>
  until(() => (typeof text === "string" ? output.includes(text) : text.test(output)), `${text} in:\n${output}`, 20_000);

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "fanfare-send-"));
  vi.stubEnv("FANFARE_HOME", join(directory, "home"));
  variables = { ...process.env };
  const bundle = await bundleEntry(resolve(import.meta.dirname, "handlers/orders.ts"), {
    target: "node24",
    conditions: ["@fanfare/source"],
    external: ["@aws-sdk/*", "@smithy/*"],
  });
  mkdirSync(join(directory, "cdk.out/bundle"), { recursive: true });
  for (const { name, contents } of bundle.files) {
    writeFileSync(join(directory, "cdk.out/bundle", name), contents);
  }
  const write = (name: string, content: object) =>
    writeFileSync(join(directory, "cdk.out", name), JSON.stringify(content));
  write("Shop.template.json", { Resources: RESOURCES });
  write("Shop.assets.json", ASSETS);
  write("manifest.json", MANIFEST);
  dev = fanfare("dev", "--assembly", "cdk.out", "--port", "0");
  dev.stdout?.on("data", (chunk) => {
    output += chunk;
  });
  dev.stderr?.on("data", (chunk) => {
    output += chunk;
  });
  await printed("Ctrl-C stops");
}, 60_000);

afterAll(async () => {
  const closed = new Promise((done) => dev?.once("close", done));
  dev?.kill("SIGTERM");
  await closed;
  expect(await run("send", "Orders", "OrderPlaced")).toMatchObject({ code: 1 });
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
}, 30_000);

describe("fanfare send", () => {
  test("the command that dev proposes works as it stands", async () => {
    const [, command = ""] = /Try\s+npx fanfare (.*)/.exec(output) ?? [];
    expect(command).toBe("send Orders OrderPlaced");
    const { code, text } = await runProcess(...command.split(" "));
    expect(text).toMatch(/^sent OrderPlaced [0-9a-f-]{36} to Orders\n/);
    expect(code).toBe(0);
    const id = /sent OrderPlaced ([0-9a-f]{4})/.exec(text)?.[1];
    await printed(new RegExp(`OrderPlaced ${id} -> Orders/Billing/Handler {2}processed \\d+ ms`));
    await printed(/Orders\/Billing\/Handler \| placed \S+ (eu|us) hello/);
  });

  test("sends the data that is given, with the id that is given", async () => {
    const data = { orderId: "o-42", region: "us" };
    writeFileSync(join(directory, "order.json"), JSON.stringify(data));
    const { code, text } = await run("send", "Orders", "OrderPlaced", "--data", "@order.json", "--id", "i-1", "--json");
    expect(code, text).toBe(0);
    expect(JSON.parse(text)).toMatchObject({ id: "i-1", event: "OrderPlaced", data });
    await printed("placed o-42 us hello");
  });

  test("leaves the variables of this process as they were, whatever the function's are", async () => {
    expect((await run("send", "Orders", "OrderPlaced", "--dry-run")).code).toBe(0);
    expect({ ...process.env }).toEqual(variables);
  });

  test("sends elsewhere by a contract's module, when that is confirmed; every event is in the journal", async () => {
    const endpoint = /Endpoint\s+(http\S+)/.exec(output)?.[1] ?? "";
    const contract = resolve(import.meta.dirname, "handlers/orders.ts");
    const topic = /arn:aws:sns:[^\s"]+/.exec((await run("send", "Orders", "OrderPlaced", "--json")).text)?.[0];
    const there = ["send", topic ?? "", "OrderPlaced", "--data", '{"orderId":"o-44","region":"eu"}', "--id", "far-1"];
    const place = ["--endpoint-url", endpoint];
    expect(await run(...there, ...place)).toMatchObject({ code: 2, text: expect.stringContaining("--contract FILE") });
    for (const confirmation of [[], ["--yes"], ["--yes", "--expect-count", "2"]]) {
      expect(await run(...there, ...place, "--contract", contract, ...confirmation)).toMatchObject({ code: 2 });
    }
    const refused = [...there, ...place, "--contract", contract, "--yes", "--expect-count", "1", "--data", "{}"];
    expect(await run(...refused)).toMatchObject({ code: 1, text: expect.stringContaining("orderId") });
    expect(output).not.toContain("o-44");
    const sent = await run(...there, ...place, "--contract", contract, "--yes", "--expect-count", "1");
    expect(sent, sent.text).toMatchObject({ code: 0, text: expect.stringMatching(/sent OrderPlaced far-1/) });
    await printed("placed o-44 eu hello");
    const lines = readFileSync(join(directory, "home/journal.ndjson"), "utf8").trim().split("\n");
    const noted = lines.map((line) => JSON.parse(line));
    expect(noted.at(-1)).toMatchObject({ what: "send", where: endpoint, target: topic, event: "shop.OrderPlaced" });
    expect(noted.some(({ what, where }) => what === "send" && where === "fanfare dev")).toBe(true);
    expect(JSON.stringify(noted)).not.toContain("o-44");
  });

  test("an event that no subscriber takes is shown as filtered", async () => {
    const { code } = await run("send", "Orders", "shop.OrderGone", "--data", '{"orderId":"o-7"}', "--id", "gone-1");
    expect(code).toBe(0);
    await printed(
      'OrderGone gone -> Orders/Billing/Queue  filtered: its attributes do not match {"type":["shop.OrderPlaced"]}',
    );
  });

  test("fanfare trace shows what became of what was sent, and tail what passes, beside the same dev", async () => {
    const data = '{"orderId":"o-43","region":"eu"}';
    const tailing = runProcess("tail", "Orders", "--limit", "1", "--for", "1m", "--json");
    // The tail listens when its queue is subscribed: what is sent before is not seen.
    let round = 0;
    const tailed = tailing.then(({ text }) => text);
    let seen: string | undefined;
    void tailed.then((text) => {
      seen = text;
    });
    await until(async () => {
      round += 1;
      await run("send", "Orders", "OrderPlaced", "--data", data, "--id", `t-${round}`);
      return seen !== undefined;
    }, "the tail shows an event");
    expect(seen).toContain('"type":"shop.OrderPlaced"');
    await printed(new RegExp(`OrderPlaced t-${round}.* -> Orders/Billing/Handler {2}processed`));
    const { code, text } = await runProcess("trace", `t-${round}`);
    // On a busy machine, progress comes first.
    expect(text).toMatch(new RegExp(`^OrderPlaced t-${round}  published`, "m"));
    expect(text).toMatch(/attempt 1 {2}done/);
    expect(code).toBe(0);
    expect(await runProcess("trace", "gone-1")).toMatchObject({ code: 0, text: expect.stringContaining("not for it") });
    expect(await runProcess("trace", "t-none")).toMatchObject({ code: 1 });
  });

  test("fanfare invoke calls a function, and says why it cannot", async () => {
    const done = await run("invoke", "Orders/Billing/Handler", '{"Records":[]}');
    expect(JSON.parse(done.text)).toEqual({ batchItemFailures: [] });
    expect(done.code).toBe(0);
    const later = await run("invoke", "Orders/Billing/Handler", '{"Records":[]}', "--event");
    expect(later.text).toContain("accepted by Orders/Billing/Handler");
    const unknown = await run("invoke", "Nobody");
    expect(unknown.text).toContain("Function not found");
    expect(unknown.code).not.toBe(0);
    const endpoint = /Endpoint\s+(http\S+)/.exec(output)?.[1] ?? "";
    const there = ["--endpoint-url", endpoint, "--yes", "--expect-count", "1", "--json"];
    const elsewhere = await run("invoke", "Orders/Billing/Handler", '{"Records":[]}', ...there);
    expect(elsewhere, elsewhere.text).toMatchObject({
      code: 0,
      text: expect.stringContaining('{"batchItemFailures":[]}'),
    });
    const failed = await run("invoke", "Orders/Billing/Handler", '{"Records":"none"}', ...there);
    expect(failed, failed.text).toMatchObject({ code: 1, text: expect.stringContaining("failed") });
    const absent = await run("invoke", "Nobody", "{}", ...there);
    expect(absent, absent.text).toMatchObject({ code: 1, text: expect.stringContaining("Function not found") });
    const broken = await run("invoke", "Orders/Billing/Handler", "{");
    expect(broken.text).toContain("the payload is not JSON: {");
    expect(broken.code).toBe(2);
  });

  test("--dry-run prints the data and sends nothing", async () => {
    const { code, text } = await run("send", "Orders", "OrderPlaced", "--dry-run");
    expect(code).toBe(0);
    expect(JSON.parse(text)).toMatchObject({ orderId: expect.any(String), region: expect.stringMatching(/^(eu|us)$/) });
  });

  test("a wrong argument ends the process with 2, and one line says why", async () => {
    const { code, text } = await runProcess("send", "Orders");
    expect(text).toBe("error name the event to send to Orders: one of OrderPlaced, OrderGone\n");
    expect(code).toBe(2);
  });

  test.each([
    [
      ["send", "Nope", "OrderPlaced"],
      2,
      "there is no topic or queue Nope: choose one of Orders (topic), Orders/Billing (queue)",
    ],
    [["send", "Orders", "Nope"], 2, "there is no event Nope: choose one of OrderPlaced, OrderGone"],
    [["send", "Orders", "OrderPlaced", "--data", "{"], 2, "--data is not JSON"],
    [["send", "Orders", "OrderPlaced", "--data", "@missing.json"], 2, "the file of --data cannot be read"],
    [["send", "Orders", "OrderPlaced", "--data", '{"orderId":1}'], 1, "OrderPlaced.orderId"],
  ])("%j exits with %i and says why", async (args, code, text) => {
    const result = await run(...args);
    expect(result.text).toContain(text);
    expect(result.text).not.toMatch(/\n\s+at /);
    expect(result.code).toBe(code);
  });
});
