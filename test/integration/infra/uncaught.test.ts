import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "fanfare-uncaught-"));

// The app is outside of the repository, and its packages are inside.
symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the apps have in common; `MISTAKE` is the line of each. */
const APP = `
import { App, Stack } from "aws-cdk-lib";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { FanoutTopic, HandlerFunction, WorkQueue } from "${ROOT}infra/constructs/index.ts";
import { defineContract, event, matching } from "${ROOT}lib/index.ts";
import { images, orders } from "${ROOT}test/template/fixtures/contract.ts";

const app = new App();
const stack = new Stack(app, "Shop");
const topic = new FanoutTopic(stack, "Orders", { contract: orders });

function build(): void {
  MISTAKE // the user's line
}
build();
`;

/** Runs an app as \`cdk synth\` does, and returns what it printed on standard error. */
function stderrOf(mistake: string, source = APP, file = "app.ts"): string {
  const app = join(folder, file);
  writeFileSync(app, source.replace("MISTAKE", mistake));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const args = ["--conditions=@fanfare/source", app];
  const env = { ...process.env, CDK_OUTDIR: join(folder, "out") };
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", cwd: ROOT, env });
  expect(status, stderr).toBe(1);
  return stderr;
}

/** The same app with `require()`: V8 then takes the line that throws for that of the error. */
const COMMONJS = APP.replaceAll(/import (\{.*\}) from (".*");/g, "const $1 = require($2);").replace("(): void", "()");

const broken = `handler: { entry: "${ROOT}test/template/fixtures/broken.ts" }`;

test.each([
  [
    "fanOut",
    `topic.fanOut("Billing", { maxConcurrency: 1 });`,
    "Shop/Orders/Billing: maxConcurrency given without a handler",
  ],
  ["push", `topic.push("Ops", { email: "nobody" });`, "Shop/Orders/Ops: "],
  [
    "a topic",
    `new FanoutTopic(stack, "Other", { contract: orders, tracing: true, fifo: true });`,
    "Shop/Other: tracing",
  ],
  ["a work queue", `new WorkQueue(stack, "Images", { contract: images, maxConcurrency: 1 });`, "Shop/Images: max"],
  ["a function", `new HandlerFunction(stack, "Fn", { entry: "missing.ts" });`, 'Shop: handler.entry "missing.ts"'],
  ["a bundle, at synthesis", `topic.fanOut("Billing", { ${broken} }); app.synth();`, "cannot bundle "],
  [
    "two names, at synthesis",
    `new WorkQueue(stack, "W", { contract: images, queueName: "w" }); new Queue(stack, "Q", { queueName: "w" }); app.synth();`,
    'queueName is "w"',
  ],
  ["a contract", `defineContract("no name", {});`, "ContractInvalid: "],
  ["an event", `event({ schema: undefined } as never);`, "ContractInvalid: "],
  ["a routing pattern", `matching("#.a.#");`, "ConfigurationInvalid: the routing pattern"],
])("an uncaught error of %s shows the user's line, and none of the library's", (_name, mistake, message) => {
  const stderr = stderrOf(mistake);
  const [location = "", line = ""] = stderr.split("\n").filter((each) => !each.includes("Warning"));
  expect(stderr).toContain(message);
  expect(location).toContain("app.ts:");
  expect(line).toContain("// the user's line");
  // The remedy in brackets follows the message.
  expect(stderr).toMatch(/\(\w[^\n]+\)\n {4}at build \(/);
  expect(stderr).not.toMatch(/at .*infra\/constructs/);
});

const LATE = `new WorkQueue(stack, "W", { contract: images, queueName: "w" }); new Queue(stack, "Q", { queueName: "w" });`;

// Where the app leaves the synthesis to CDK, and in CommonJS, the line that throws is the library's, so none is printed.
test.each([
  ["a bundle", `topic.fanOut("Billing", { ${broken} });`, "cannot bundle ", APP, "app.ts"],
  ["two names", LATE, 'Shop/W: queueName is "w"', APP, "app.ts"],
  ["two names, in CommonJS", `${LATE} app.synth();`, 'Shop/W: queueName is "w"', COMMONJS, "app.cjs"],
  [
    "fanOut, in CommonJS",
    `topic.fanOut("Billing", { maxConcurrency: 1 });`,
    "Shop/Orders/Billing: maxConcurrency given without a handler",
    COMMONJS,
    "app.cjs",
  ],
  ["a contract, in CommonJS", `defineContract("no name", {});`, "is not a valid contract name", COMMONJS, "app.cjs"],
])(
  "an uncaught error of %s begins with the message, and has the user's line first",
  (_name, mistake, message, source, file) => {
    const stderr = stderrOf(mistake, source, file);
    const [first = ""] = stderr.split("\n").filter((each) => !each.includes("Warning"));
    expect(first).toMatch(/^(Configuration|Contract)Invalid: /);
    expect(first).toContain(message);
    expect(stderr).toMatch(/\(\w[^\n]+\)\n {4}at build \(.*app\.c?[jt]s:/);
    expect(stderr).not.toMatch(/at .*infra\/constructs/);
  },
);
