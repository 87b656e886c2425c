import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "fanfare-uncaught-"));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the apps have in common; `MISTAKE` is the line of each. */
const APP = `
import { App, Stack } from "aws-cdk-lib";
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
function stderrOf(mistake: string): string {
  const app = join(folder, "app.ts");
  writeFileSync(app, APP.replace("MISTAKE", mistake));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const args = ["--conditions=@fanfare/source", "--import", join(folder, "resolve.mjs"), app];
  // The app is outside of the repository, and its packages are inside.
  writeFileSync(
    join(folder, "resolve.mjs"),
    `import { registerHooks } from "node:module";
registerHooks({ resolve: (name, context, next) =>
  next(name, name.startsWith("aws-cdk-lib") ? { ...context, parentURL: ${JSON.stringify(import.meta.url)} } : context) });`,
  );
  const env = { ...process.env, CDK_OUTDIR: join(folder, "out") };
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: "utf8", cwd: ROOT, env });
  expect(status, stderr).toBe(1);
  return stderr;
}

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
