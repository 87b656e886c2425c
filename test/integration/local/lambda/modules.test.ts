import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Watchdog } from "../../../../lib/local/common/index.ts";
import { type FunctionConfiguration, type Invocation, LocalFunction } from "../../../../lib/local/lambda/index.ts";

/** A project of type "module" whose assembly lies in it, as it is after `cdk synth`. */
let project: string;
let watchdog: Watchdog;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "fanfare-modules-"));
  watchdog = new Watchdog();
  write({ "package.json": '{ "type": "module" }' });
});

afterEach(async () => {
  await watchdog.close();
  rmSync(project, { recursive: true, force: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), content);
  }
}

/** Runs `cdk.out/asset/<file>` once. */
async function run(more: Partial<FunctionConfiguration> = {}, event: unknown = {}): Promise<Invocation> {
  const subject = new LocalFunction({
    configuration: {
      functionName: "subject",
      functionArn: "arn:aws:lambda:eu-central-1:000000000000:function:subject",
      region: "eu-central-1",
      accountId: "000000000000",
      runtime: "nodejs22.x",
      handler: "index.handler",
      codeDirectory: join(project, "cdk.out", "asset"),
      layerDirectories: [],
      environment: {},
      timeoutSeconds: 5,
      memorySizeMb: 128,
      reservedConcurrency: undefined,
      deadLetterTargetArn: undefined,
      logGroupName: "/aws/lambda/subject",
      logFormat: "JSON",
      ...more,
    },
    endpoints: { endpoint: "http://127.0.0.1:1", dynamoDbEndpoint: "http://127.0.0.1:2" },
    watchdog,
    projectDirectory: project,
  });
  try {
    return await subject.invoke(event);
  } finally {
    await subject.close();
  }
}

const asset = (name: string) => `cdk.out/asset/${name}`;

describe("the format of modules", () => {
  it("of a .js file is CommonJS, whatever the project around the bundle says", async () => {
    write({
      [asset("index.js")]: 'const { word } = require("./lib/word"); exports.handler = async () => word;',
      [asset("lib/word.js")]: "module.exports = { word: typeof module + typeof require };",
    });
    expect(await run()).toMatchObject({ status: "succeeded", response: '"objectfunction"' });
  });

  it("of a .js file is that of the package.json in the bundle", async () => {
    write({
      [asset("index.js")]: 'import { word } from "./word.js"; export const handler = async () => word;',
      [asset("word.js")]: "export const word = import.meta.url.length > 0;",
      [asset("package.json")]: '{ "type": "module" }',
    });
    expect(await run()).toMatchObject({ status: "succeeded", response: "true" });
  });

  it("of .mjs, .cjs and a handler in a folder", async () => {
    write({
      [asset("index.mjs")]: "export const handler = async () => 1;",
      [asset("src/main.cjs")]: "exports.nested = { handler: async () => 2 };",
    });
    expect(await run()).toMatchObject({ response: "1" });
    expect(await run({ handler: "src/main.nested.handler" })).toMatchObject({ response: "2" });
  });
});

describe("the AWS SDK of Lambda's runtime", () => {
  it("is the project's for a bundle elsewhere, required and imported", async () => {
    write({
      "node_modules/@aws-sdk/client-own/package.json": '{ "name": "@aws-sdk/client-own", "main": "index.js" }',
      "node_modules/@aws-sdk/client-own/index.js": 'module.exports = { whose: "project" };',
    });
    const elsewhere = mkdtempSync(join(tmpdir(), "fanfare-elsewhere-"));
    writeFileSync(join(elsewhere, "index.js"), 'exports.handler = async () => require("@aws-sdk/client-own").whose;');
    writeFileSync(
      join(elsewhere, "esm.mjs"),
      'import own from "@aws-sdk/client-own"; export const handler = async () => own.whose;',
    );
    expect(await run({ codeDirectory: elsewhere })).toMatchObject({ response: '"project"' });
    expect(await run({ codeDirectory: elsewhere, handler: "esm.handler" })).toMatchObject({ response: '"project"' });
    rmSync(elsewhere, { recursive: true, force: true });
  });

  it("is ours where the project has none", async () => {
    write({
      [asset("index.js")]:
        'const { SQSClient } = require("@aws-sdk/client-sqs"); exports.handler = async () => typeof new SQSClient({}).send;',
    });
    expect(await run()).toMatchObject({ response: '"function"' });
  });

  it("that is nowhere is named, with the command that installs it", async () => {
    write({ [asset("index.mjs")]: 'import "@aws-sdk/client-of-nothing/deep"; export const handler = async () => 1;' });
    expect(await run()).toMatchObject({
      status: "failed",
      error: {
        errorType: "Runtime.ImportModuleError",
        errorMessage: expect.stringContaining("npm install --save-dev @aws-sdk/client-of-nothing)"),
      },
    });
  });

  it("does not make other packages appear that the bundle lacks", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "fanfare-elsewhere-"));
    write({ "node_modules/left/index.js": "module.exports = 1;" });
    writeFileSync(join(elsewhere, "index.js"), 'require("left"); exports.handler = async () => 1;');
    expect(await run({ codeDirectory: elsewhere })).toMatchObject({
      status: "failed",
      error: { errorMessage: expect.stringContaining("Cannot find module 'left'") },
    });
    rmSync(elsewhere, { recursive: true, force: true });
  });

  it("in version 2 gets the endpoints", async () => {
    write({
      "node_modules/aws-sdk/package.json": '{ "name": "aws-sdk", "main": "lib/aws.js" }',
      "node_modules/aws-sdk/lib/package.json": '{ "type": "commonjs" }',
      "node_modules/aws-sdk/lib/aws.js":
        "module.exports = { config: { update(more) { Object.assign(this, more); } } };",
      [asset("index.js")]:
        'const { config } = require("aws-sdk"); exports.handler = async () => [config.endpoint, config.dynamodb.endpoint, config.s3ForcePathStyle];',
    });
    expect(await run()).toMatchObject({ response: '["http://127.0.0.1:1","http://127.0.0.1:2",true]' });
  });
});

describe("layers", () => {
  it("give modules to require and import, the first layer first", async () => {
    write({
      "one/nodejs/node_modules/lay/index.js": 'module.exports = "one";',
      "one/nodejs/node_modules/lay/package.json": '{ "type": "commonjs" }',
      "two/nodejs/node_modules/lay/index.js": 'module.exports = "two";',
      "two/nodejs/node_modules/only/index.js": 'module.exports = "only";',
      "two/nodejs/node_modules/only/package.json": '{ "type": "commonjs" }',
      [asset("index.js")]: 'exports.handler = async () => [require("lay"), require("only")];',
      [asset("esm.mjs")]: 'import lay from "lay"; export const handler = async () => lay;',
    });
    const layerDirectories = [join(project, "one"), join(project, "two")];
    expect(await run({ layerDirectories })).toMatchObject({ response: '["one","only"]' });
    expect(await run({ layerDirectories, handler: "esm.handler" })).toMatchObject({ response: '"one"' });
  });
});

describe("handlers of older runtimes", () => {
  const handlers: readonly [string, string, object][] = [
    [
      "a callback",
      "(event, context, callback) => { setTimeout(() => callback(null, 'late'), 5); }",
      { response: '"late"' },
    ],
    [
      "a callback with an error",
      "(event, context, callback) => { callback(new TypeError('no')); }",
      { status: "failed", error: { errorType: "TypeError" } },
    ],
    ["context.succeed", "(event, context) => { setTimeout(() => context.succeed('ok'), 5); }", { response: '"ok"' }],
    [
      "context.fail",
      "(event, context) => { context.fail('no'); }",
      { status: "failed", error: { errorMessage: "no" } },
    ],
    ["context.done", "(event, context) => { context.done(null, 3); }", { response: "3" }],
    ["nothing at all", "(event) => { 1 + 1; }", { status: "succeeded", response: null }],
    ["nothing, with work left", "(event) => { setTimeout(() => console.log('done'), 20); }", { response: null }],
    ["a thenable", "() => ({ then: (resolve) => resolve('then') })", { response: '"then"' }],
  ];

  it.each(["nodejs12.x", "nodejs16.x", "nodejs18.x", "nodejs20.x", "nodejs22.x"])(
    "%s knows callbacks",
    async (runtime) => {
      write({ [asset("index.js")]: `exports.handler = ${handlers[0]?.[1]};` });
      expect(await run({ runtime })).toMatchObject({ status: "succeeded", response: '"late"' });
    },
  );

  it.each(handlers)("may end by %s", async (_name, source, expected) => {
    write({ [asset("index.js")]: `exports.handler = ${source};` });
    expect(await run({ runtime: "nodejs18.x" })).toMatchObject(expected);
  });
});
