import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isAlive } from "../../../lib/local/index.ts";
import { until } from "../local/runtime/harness.ts";

const MAIN = resolve(import.meta.dirname, "../../../lib/cli/main.ts");
const BUNDLER = resolve(import.meta.dirname, "../../../infra/constructs/bundling/bundle-main.ts");

/** An app without the CDK: writes the assembly that the CDK would, from one source file. */
const APP = `import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
const out = process.env.CDK_OUTDIR;
const context = JSON.parse(process.env.CDK_CONTEXT_JSON);
const source = readFileSync("handler.mjs", "utf8");
if (source.includes("syntax error")) { console.error("Boom: cannot synthesise"); process.exit(7); }
const asset = "asset." + createHash("sha256").update(source).digest("hex");
mkdirSync(join(out, asset), { recursive: true });
copyFileSync("handler.mjs", join(out, asset, "index.mjs"));
writeFileSync(join(out, "Shop.assets.json"), JSON.stringify({ files: { a: { source: { path: asset }, destinations: { d: { objectKey: asset + ".zip" } } } } }));
writeFileSync(join(out, "Shop.template.json"), JSON.stringify({ Resources: {
  Work: { Type: "AWS::SQS::Queue", Properties: { QueueName: context.queueName }, Metadata: { "aws:cdk:path": "Shop/Work/Resource" } },
  Fn: { Type: "AWS::Lambda::Function", Metadata: { "aws:cdk:path": "Shop/Billing/Resource" }, Properties: { Runtime: "nodejs24.x", Handler: "index.handler", Code: { S3Key: asset + ".zip" } } },
  Map: { Type: "AWS::Lambda::EventSourceMapping", Properties: { EventSourceArn: { "Fn::GetAtt": ["Work", "Arn"] }, FunctionName: { Ref: "Fn" } } },
} }));
writeFileSync(join(out, "manifest.json"), JSON.stringify({ artifacts: {
  "Shop.assets": { type: "cdk:asset-manifest", properties: { file: "Shop.assets.json" } },
  Shop: { type: "aws:cloudformation:stack", environment: "aws://unknown-account/unknown-region", properties: { templateFile: "Shop.template.json" }, dependencies: ["Shop.assets"] },
} }));`;

let directory: string;
let child: ChildProcess | undefined;
let blocker: Server | undefined;
let output: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fanfare-cli-"));
  output = "";
  mkdirSync(join(directory, "cdk.out"));
  write("cdk.json", JSON.stringify({ app: "node app.mjs", context: { queueName: "work" } }));
  write("app.mjs", APP);
  writeHandler("v1");
});

afterEach(async () => {
  child?.kill("SIGKILL");
  child = undefined;
  await new Promise<void>((done) => {
    blocker === undefined ? done() : blocker.close(() => done());
  });
  blocker = undefined;
  rmSync(directory, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(directory, name), text);
}

function writeHandler(version: string): void {
  write(
    "handler.mjs",
    `export const handler = async ({ Records }) => { console.log("${version}", Records[0].body); };`,
  );
}

function fanfare(...args: string[]): Promise<number | null> {
  const started = spawn(process.execPath, ["--conditions=@fanfare/source", MAIN, ...args], {
    cwd: directory,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined },
  });
  child = started;
  for (const stream of [started.stdout, started.stderr]) {
    stream.setEncoding("utf8");
    stream.on("data", (chunk: string) => {
      output += chunk;
    });
  }
  return new Promise((done) => {
    started.once("close", (code) => done(code));
  });
}

const printed = (text: string | RegExp): Promise<void> =>
  until(
    () => (typeof text === "string" ? output.includes(text) : text.test(output)),
    `output ${text}, got:\n${output}`,
    20_000,
  );

async function send(body: string, queue = "work"): Promise<void> {
  const endpoint = /Endpoint {2}(\S+)/.exec(output)?.[1] ?? "";
  const client = new SQSClient({
    endpoint,
    region: "eu-central-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    useQueueUrlAsEndpoint: false,
  });
  await client.send(new SendMessageCommand({ QueueUrl: `${endpoint}/000000000000/${queue}`, MessageBody: body }));
  client.destroy();
}

test("dev synthesises, runs, reloads, survives a broken app, and stops cleanly on SIGINT", async () => {
  const exit = fanfare("dev", "--port", "0");
  await printed("watching for changes");
  expect(output).toMatch(/Queue\s+Name\s+Dead-letter queue\s+Function\nWork\s+work\s+Billing/);
  expect(output).toMatch(/aws --endpoint-url http:\/\/127\.0\.0\.1:\d+ --region eu-central-1 sqs send-message/);

  await send("one");
  await printed("Billing | v1 one");

  writeHandler("v2");
  await printed("reloaded 1 resources changed");
  await send("two");
  await printed("Billing | v2 two");

  write("handler.mjs", "syntax error");
  await printed("Boom: cannot synthesise");
  await printed("the previous version continues to run");
  await send("three");
  await printed("Billing | v2 three");

  child?.kill("SIGINT");
  expect(await exit).toBe(0);
  expect(output).toContain("stopping");
});

/** {@link APP}, with the handler bundled, the record of that, and a name that a module of its own gives. */
const BUNDLING_APP = `import { execFileSync } from "node:child_process";
import { appendFileSync } from "node:fs";
import { greeting } from "./greeting.mjs";
appendFileSync("syntheses", greeting + "\\n");
const job = { entry: process.cwd() + "/handler.mjs", exports: ["handler"], subscriptions: [], functions: ["Shop/Billing"], settings: { target: "node24", minify: false } };
const outdir = process.env.CDK_OUTDIR + "/bundle";
const [{ sources, failure }] = JSON.parse(execFileSync(process.execPath, [${JSON.stringify(BUNDLER)}], { input: JSON.stringify([{ ...job, outdir }]) }));
if (failure) { console.error(failure.text); process.exit(7); }
${APP.replace('readFileSync("handler.mjs"', 'readFileSync(outdir + "/index.mjs"').replace('copyFileSync("handler.mjs"', 'copyFileSync(outdir + "/index.mjs"')}
writeFileSync(process.env.FANFARE_BUNDLE_RECORD, JSON.stringify({ program: ${JSON.stringify(BUNDLER)}, bundles: [{ job, asset, sources }] }));`;

test("a change of a handler makes its bundle again, and one of the app's modules synthesises", async () => {
  const syntheses = (): string => readFileSync(join(directory, "syntheses"), "utf8");
  write("app.mjs", BUNDLING_APP);
  write("greeting.mjs", 'export const greeting = "hello";');
  write("words.mjs", 'export const word = "first";');
  write(
    "handler.mjs",
    'import { word } from "./words.mjs";\nexport const handler = async ({ Records }) => { console.log(word, Records[0].body); };',
  );
  const exit = fanfare("dev", "--port", "0");
  await printed("watching for changes");
  await send("one");
  await printed("Billing | first one");

  write("words.mjs", 'export const word = "second";');
  await printed("reloaded 1 resources changed");
  await send("two");
  await printed("Billing | second two");
  expect(syntheses()).toBe("hello\n");

  write("words.mjs", "export const word = ;");
  await printed(/cannot bundle .*words\.mjs:1:20: Unexpected ";"/);
  await send("three");
  await printed("Billing | second three");

  write("words.mjs", 'export const word = "third";');
  await printed(/(?:reloaded 1 resources changed.*){2}/s);
  await send("four");
  await printed("Billing | third four");
  expect(syntheses()).toBe("hello\n");

  write("greeting.mjs", 'export const greeting = "goodbye";');
  await printed(/(?:reloaded \d resources changed.*){3}/s);
  expect(syntheses()).toBe("hello\ngoodbye\n");
  await send("five");
  await printed("Billing | third five");

  child?.kill("SIGINT");
  expect(await exit).toBe(0);
});

describe("a second start", () => {
  /** Starts `dev` with an app that reads a file by other means than an import, and stops it once it is synthesised. */
  async function startedBefore(): Promise<void> {
    const app = BUNDLING_APP.replace(
      'writeFileSync(join(out, "Shop.template.json"), JSON.stringify({ Resources: {',
      '$&\n  Second: { Type: "AWS::SQS::Queue", Properties: { QueueName: readFileSync("name.txt", "utf8") } },',
    );
    write("app.mjs", app);
    write("name.txt", "second-queue");
    write("greeting.mjs", 'export const greeting = "hello";');
    await ranOnce();
  }

  async function ranOnce(): Promise<void> {
    const exit = fanfare("dev", "--port", "0");
    await printed("watching for changes");
    child?.kill("SIGINT");
    expect(await exit).toBe(0);
    output = "";
  }

  test("with the same sources runs at once, and is synthesised then", async () => {
    await startedBefore();
    const exit = fanfare("dev", "--port", "0");
    await printed(/starting with the last assembly.*watching for changes.*synthesising.*reloaded 0 resources/s);
    await send("one");
    await printed("Billing | v1 one");
    writeHandler("v2");
    await printed("reloaded 1 resources changed");
    await send("two");
    await printed("Billing | v2 two");
    child?.kill("SIGINT");
    expect(await exit).toBe(0);
  });

  test("deploys what has changed unseen", async () => {
    await startedBefore();
    write("name.txt", "third-queue");
    const exit = fanfare("dev", "--port", "0");
    await printed(/second-queue.*watching for changes.*synthesising.*reloaded [1-9] resources/s);
    await send("one", "third-queue");
    child?.kill("SIGINT");
    expect(await exit).toBe(0);
  });

  test.each([
    ["a changed handler", () => writeHandler("v2"), []],
    ["another Region", () => {}, ["--region", "eu-west-1"]],
    ["--no-watch", () => {}, ["--no-watch"]],
  ])("with %s is synthesised first", async (_what, change, args) => {
    await startedBefore();
    change();
    const exit = fanfare("dev", "--port", "0", ...args);
    await printed(/Ctrl-C stops/);
    expect(output).not.toContain("last assembly");
    child?.kill("SIGINT");
    expect(await exit).toBe(0);
  });
});

test("files that the app writes while it is synthesised do not have it synthesised for ever", async () => {
  const app =
    'import { appendFileSync } from "node:fs"; appendFileSync("syntheses", "x"); writeFileSync("made.json", "{}");';
  write("app.mjs", `${APP}\n${app}`);
  const exit = fanfare("dev", "--port", "0");
  await printed("watching for changes");
  writeHandler("v2");
  await printed(/(?:reloaded \d resources changed.*){2}/s);
  // What was written a second time is no change: nothing is reloaded before this change is.
  writeHandler("v3");
  await printed(/(?:reloaded 1 resources changed.*){2}/s);
  await send("one");
  await printed("Billing | v3 one");
  expect(readFileSync(join(directory, "syntheses"), "utf8")).toBe("xxxx");
  child?.kill("SIGINT");
  expect(await exit).toBe(0);
});

test("a module of both the app and a handler: new code runs while the app is synthesised", async () => {
  // The second synthesis waits until the test lets it go on.
  write(
    "app.mjs",
    `import { existsSync } from "node:fs";
if (greeting !== "hello") while (!existsSync("go")) await new Promise((done) => setTimeout(done, 10));
${BUNDLING_APP.replace('writeFileSync(join(out, "Shop.template.json"), JSON.stringify({ Resources: {', '$&\n  [greeting]: { Type: "AWS::SQS::Queue", Properties: { QueueName: greeting } },')}`,
  );
  write("greeting.mjs", 'export const greeting = "hello";');
  write(
    "handler.mjs",
    'import { greeting } from "./greeting.mjs";\nexport const handler = async ({ Records }) => { console.log(greeting, Records[0].body); };',
  );
  const exit = fanfare("dev", "--port", "0");
  await printed("watching for changes");

  write("greeting.mjs", 'export const greeting = "goodbye";');
  await printed("reloaded 1 resources changed");
  await printed(/synthesising.*reloaded.*synthesising/s);
  await send("one");
  await printed("Billing | goodbye one");
  write("go", "");
  // The queue of the new name; the function's code was told before.
  await printed(/(?:reloaded 1 resources changed.*){2}/s);
  await send("two");
  await printed("Billing | goodbye two");

  // What the bundles say is told at once, and the synthesis is made up for.
  write("greeting.mjs", "export const greeting = ;");
  await printed(/cannot bundle .*greeting\.mjs:1:24: Unexpected ";"/);
  write("greeting.mjs", 'export const greeting = "again";');
  await printed(/(?:reloaded 1 resources changed.*){4}/s);
  child?.kill("SIGINT");
  expect(await exit).toBe(0);
});

test("nothing is left when the process is killed without a chance to clean up", async () => {
  writeFileSync(
    join(directory, "handler.mjs"),
    "export const handler = async () => { console.log('pid ' + process.pid); for (;;) {} };",
  );
  const exit = fanfare("dev", "--port", "0", "--no-watch");
  await printed("Ctrl-C stops");
  await send("x");
  await printed(/pid \d+/);
  const pid = Number(/pid (\d+)/.exec(output)?.[1]);
  expect(isAlive(pid)).toBe(true);
  child?.kill("SIGKILL");
  await exit;
  await until(() => !isAlive(pid), "the handler's process ends");
});

test("a second signal stops at once, whatever a handler does", async () => {
  writeFileSync(
    join(directory, "handler.mjs"),
    "export const handler = async () => { console.log('pid ' + process.pid); await new Promise(() => {}); };",
  );
  const exit = fanfare("dev", "--port", "0", "--no-watch");
  await printed("Ctrl-C stops");
  await send("x");
  await printed(/pid \d+/);
  const pid = Number(/pid (\d+)/.exec(output)?.[1]);
  child?.kill("SIGINT");
  await printed("stopping");
  child?.kill("SIGINT");
  expect(await exit).toBe(130);
  await until(() => !isAlive(pid), "the handler's process ends");
});

test("an assembly can be run as it is", async () => {
  const first = fanfare("dev", "--port", "0", "--no-watch");
  await printed("Ctrl-C stops");
  child?.kill("SIGTERM");
  expect(await first).toBe(0);
  rmSync(join(directory, "app.mjs"));
  output = "";
  const second = fanfare("dev", "--assembly", "cdk.out", "--port", "0");
  await printed("running; Ctrl-C stops");
  await send("again");
  await printed("Billing | v1 again");
  child?.kill("SIGTERM");
  expect(await second).toBe(0);
});

test("a port that is in use is an error in one line, with the remedy", async () => {
  const server = createServer();
  blocker = server;
  const port = await new Promise<number>((done) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      done(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  expect(await fanfare("dev", "--port", String(port))).toBe(1);
  expect(output).toContain(`port ${port} is in use: pass another one with --port`);
  expect(output).not.toMatch(/\n\s+at /);
});

test.each([
  [["dev", "--port", "x"], 2, "it must be a number from 0"],
  [["dev", "--endpoint", "nowhere"], 2, "it must be a URL"],
  [["dev", "--nope"], 2, "unknown option '--nope'"],
  [["nope"], 2, "unknown command 'nope'"],
  [["--version"], 0, "0."],
  [["--help"], 0, "Exit codes:"],
  [["dev", "--assembly", "missing"], 1, "missing/manifest.json"],
])("called as fanfare %s it exits with %i", async (args, code, text) => {
  expect(await fanfare(...args)).toBe(code);
  expect(output).toContain(text);
});

test("without an app it says where to name one", async () => {
  write("cdk.json", "{}");
  expect(await fanfare("dev")).toBe(1);
  expect(output).toContain('pass --app "node infra/app.ts"');
});
