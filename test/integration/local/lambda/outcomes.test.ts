import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isAlive, Watchdog } from "../../../../lib/local/common/index.ts";
import { type FunctionConfiguration, LocalFunction, type LogEntry } from "../../../../lib/local/lambda/index.ts";
import { until } from "../runtime/harness.ts";

let directory: string;
let watchdog: Watchdog;
let running: LocalFunction[];
let logs: LogEntry[];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "fanfare-lambda-"));
  watchdog = new Watchdog();
  running = [];
  logs = [];
});

afterEach(async () => {
  await Promise.all(running.map((each) => each.close()));
  await watchdog.close();
  rmSync(directory, { recursive: true, force: true });
});

function functionOf(source: string, more: Partial<FunctionConfiguration> = {}, file = "index.mjs"): LocalFunction {
  mkdirSync(dirname(join(directory, file)), { recursive: true });
  writeFileSync(join(directory, file), source);
  const made = new LocalFunction({
    configuration: {
      functionName: "subject",
      functionArn: "arn:aws:lambda:eu-central-1:000000000000:function:subject",
      region: "eu-central-1",
      accountId: "000000000000",
      runtime: "nodejs24.x",
      handler: "index.handler",
      codeDirectory: directory,
      layerDirectories: [],
      environment: {},
      timeoutSeconds: 3,
      memorySizeMb: 128,
      reservedConcurrency: undefined,
      deadLetterTargetArn: undefined,
      logGroupName: "/aws/lambda/subject",
      logFormat: "JSON",
      ...more,
    },
    endpoints: { endpoint: "http://127.0.0.1:1", dynamoDbEndpoint: "http://127.0.0.1:2" },
    watchdog,
    onLog: (entry) => logs.push(entry),
  });
  running.push(made);
  return made;
}

const value = (response: string | null | undefined): unknown => JSON.parse(response ?? "null");

async function failure(subject: LocalFunction, payload: unknown = {}) {
  const outcome = await subject.invoke(payload);
  if (outcome.status !== "failed") {
    throw new Error(`expected a failure, got ${outcome.response}`);
  }
  return outcome.error;
}

test("event in, response out, context as Lambda gives it", async () => {
  const subject = functionOf(`export const handler = async (event, context) => ({
    event, remaining: context.getRemainingTimeInMillis(), ...context });`);
  const outcome = await subject.invoke({ text: "👋", list: [1, null] });
  if (outcome.status !== "succeeded") {
    throw new Error("failed");
  }
  expect(value(outcome.response)).toEqual({
    event: { text: "👋", list: [1, null] },
    remaining: expect.toSatisfy((left: number) => left > 2_000 && left <= 3_000),
    callbackWaitsForEmptyEventLoop: true,
    functionName: "subject",
    functionVersion: "$LATEST",
    invokedFunctionArn: "arn:aws:lambda:eu-central-1:000000000000:function:subject",
    memoryLimitInMB: "128",
    awsRequestId: outcome.requestId,
    logGroupName: "/aws/lambda/subject",
    logStreamName: expect.stringContaining("$LATEST"),
  });
});

test("the environment holds the template's and Lambda's variables, and nothing of this process", async () => {
  process.env.FANFARE_TEST_LEAK = "yes";
  const subject = functionOf("export const handler = async () => process.env;", {
    environment: { MINE: "1", AWS_REGION: "elsewhere" },
  });
  const outcome = await subject.invoke({});
  delete process.env.FANFARE_TEST_LEAK;
  const environment = value(outcome.status === "succeeded" ? outcome.response : null);
  expect(environment).toMatchObject({
    MINE: "1",
    AWS_REGION: "eu-central-1",
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:2",
    AWS_LAMBDA_FUNCTION_NAME: "subject",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
    AWS_ACCESS_KEY_ID: "test",
    _HANDLER: "index.handler",
  });
  expect(environment).not.toHaveProperty("FANFARE_TEST_LEAK");
  expect(environment).not.toHaveProperty("HOME");
  // Set for the process, which forgets it before the handler is loaded.
  expect(environment).not.toHaveProperty("NODE_COMPILE_CACHE");
});

test("a template's own NODE_COMPILE_CACHE is kept", async () => {
  const cache = join(directory, "cache");
  const subject = functionOf("export const handler = async () => process.env.NODE_COMPILE_CACHE;", {
    environment: { NODE_COMPILE_CACHE: cache },
  });
  expect(await subject.invoke({})).toMatchObject({ response: JSON.stringify(cache) });
});

test("a handler that throws fails with the error's type, and its process is used again", async () => {
  const subject = functionOf(`class Oops extends Error { name = "Oops" }
    export const handler = async (event) => { if (event.bad) throw new Oops("broken"); return process.pid; };`);
  expect(await failure(subject, { bad: true })).toMatchObject({ errorType: "Oops", errorMessage: "broken" });
  const [pid] = subject.pids;
  const outcome = await subject.invoke({});
  expect(outcome).toMatchObject({ status: "succeeded", response: String(pid) });
});

test.each([
  ["exit with a code", "process.exit(3)", /Runtime exited with error: exit status 3/],
  ["exit with 0", "process.exit(0)", /Runtime exited without providing a reason/],
  ["killed", "process.kill(process.pid, 'SIGKILL')", /Runtime exited with error: signal: SIGKILL/],
])(
  "a process that ends (%s) fails its invocation, and the next one gets a new process",
  async (_name, code, message) => {
    const subject = functionOf(
      `export const handler = async (event) => { if (event.bad) { ${code}; await new Promise(() => {}); } return 1; };`,
    );
    expect(await failure(subject, { bad: true })).toMatchObject({
      errorType: "Runtime.ExitError",
      errorMessage: expect.stringMatching(message),
    });
    expect(await subject.invoke({})).toMatchObject({ status: "succeeded", response: "1" });
  },
);

test("a timeout kills even a handler in an endless loop, and what it started", async () => {
  const subject = functionOf(
    `import { spawn } from "node:child_process";
    export const handler = async (event) => {
      if (!event.loop) return 1;
      console.log(spawn("sleep", ["60"]).pid);
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (;;) {}
    };`,
    { timeoutSeconds: 1 },
  );
  const error = await failure(subject, { loop: true });
  expect(error.errorType).toBe("Sandbox.Timedout");
  expect(error.errorMessage).toMatch(/^RequestId: [\w-]{36} Error: Task timed out after 1.00 seconds$/);
  const grandchild = Number(logs[0]?.line);
  expect(grandchild).toBeGreaterThan(0);
  await until(() => !isAlive(grandchild), "the grandchild's end");
  expect(await subject.invoke({})).toMatchObject({ status: "succeeded" });
});

test.each([
  ["uncaught", "setImmediate(() => { throw new TypeError('later') })", "TypeError", "later"],
  ["unhandled", "Promise.reject(new RangeError('nobody'))", "Runtime.UnhandledPromiseRejection", "RangeError: nobody"],
])(
  "an %s error outside of the handler's promise is reported with its type",
  async (_name, code, errorType, message) => {
    const subject = functionOf(`export const handler = async () => { ${code}; await new Promise(() => {}); };`);
    expect(await failure(subject)).toMatchObject({ errorType, errorMessage: message });
  },
);

test.each([
  ["missing file", {}, "other.mjs", "export const handler = 1;", "Runtime.ImportModuleError"],
  [
    "missing export",
    { handler: "index.other" },
    "index.mjs",
    "export const handler = () => 1;",
    "Runtime.HandlerNotFound",
  ],
  ["bad handler name", { handler: "index" }, "index.mjs", "", "Runtime.MalformedHandlerName"],
  ["a module that throws", {}, "index.mjs", "throw new RangeError('at load');", "RangeError"],
])("a handler that cannot be loaded: %s", async (_name, more, file, source, errorType) => {
  expect(await failure(functionOf(source, more, file))).toMatchObject({ errorType });
});

test.each([
  ["CommonJS", "exports.handler = async () => 'cjs';", "index.js", "index.handler"],
  [
    "in a folder, nested export",
    "export const api = { handler: async () => 'deep' };",
    "src/app.mjs",
    "src/app.api.handler",
  ],
])("handlers of other shapes: %s", async (_name, source, file, handler) => {
  expect(await functionOf(source, { handler }, file).invoke({})).toMatchObject({ status: "succeeded" });
});

test("callback handlers work on Node.js 22 only", async () => {
  const source = "export const handler = (event, context, callback) => { callback(null, 'called'); };";
  expect(await functionOf(source, { runtime: "nodejs22.x" }).invoke({})).toMatchObject({ response: '"called"' });
  expect(await failure(functionOf(source))).toMatchObject({ errorType: "TypeError" });
});

test("responses: nothing is null, what JSON cannot hold fails, over 6 MB fails", async () => {
  expect(await functionOf("export const handler = async () => {};").invoke({})).toMatchObject({ response: null });
  expect(await failure(functionOf("export const handler = async () => 1n;"))).toMatchObject({ errorType: "TypeError" });
  expect(await failure(functionOf("export const handler = async () => 'x'.repeat(6 * 1024 * 1024);"))).toMatchObject({
    errorType: "Function.ResponseSizeTooLarge",
  });
});

test("refuses payloads over 6 MB, other runtimes, and a reserved concurrency of 0", async () => {
  const source = "export const handler = async () => 1;";
  await expect(functionOf(source).invoke("x".repeat(6 * 1024 * 1024))).rejects.toMatchObject({
    code: "InvokeRefused",
    message: expect.stringContaining("6291456"),
  });
  await expect(functionOf(source, { runtime: "python3.13" }).invoke({})).rejects.toMatchObject({
    code: "InvokeRefused",
    message: expect.stringContaining("python3.13"),
  });
  await expect(functionOf(source, { reservedConcurrency: 0 }).invoke({})).rejects.toMatchObject({
    code: "InvokeRefused",
  });
});

test("one invocation a process; reserved concurrency limits the processes and the rest waits its turn", async () => {
  const subject = functionOf(
    "export const handler = async (event) => { await new Promise((done) => setTimeout(done, 100)); return [process.pid, event]; };",
    { reservedConcurrency: 2 },
  );
  const outcomes = await Promise.all([1, 2, 3, 4].map((event) => subject.invoke(event)));
  const answers = outcomes.map((outcome) => value(outcome.status === "succeeded" ? outcome.response : null));
  expect(answers.map((answer) => (answer as number[])[1])).toEqual([1, 2, 3, 4]);
  expect(new Set(answers.map((answer) => (answer as number[])[0])).size).toBe(2);
  expect(subject.activeInvocations).toBe(0);
});

test("lines of both streams carry the function and the request", async () => {
  const subject = functionOf(`console.log("loading");
    export const handler = async () => { console.log("one\\ntwo"); console.error("three"); process.stdout.write("no end"); };`);
  const { requestId } = await subject.invoke({});
  await subject.close();
  expect(logs.filter(({ stream }) => stream === "stdout").map(({ line }) => line)).toEqual([
    "loading",
    "one",
    "two",
    "no end",
  ]);
  expect(logs).toContainEqual(
    expect.objectContaining({ functionName: "subject", requestId, stream: "stderr", line: "three" }),
  );
});

test("update runs the new bundle from the next invocation on; close ends all processes", async () => {
  const subject = functionOf("export const handler = async () => 'old';");
  await subject.invoke({});
  const before = subject.pids;
  mkdirSync(join(directory, "next"));
  writeFileSync(join(directory, "next", "index.mjs"), "export const handler = async () => 'new';");
  subject.update({ ...subject.configuration, codeDirectory: join(directory, "next") });
  expect(await subject.invoke({})).toMatchObject({ response: '"new"' });
  const pids = [...before, ...subject.pids];
  await subject.close();
  expect(pids.filter(isAlive)).toEqual([]);
  await expect(subject.invoke({})).rejects.toMatchObject({ code: "Closed" });
});
