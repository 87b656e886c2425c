import { type ChildProcess, execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { installTools } from "../support/install-tools.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** Building and installing need a compiler run and a registry. */
const SET_UP_MS = 300_000;

/** What the page says to install besides Fanfare; linked, because installing the CDK takes a minute. */
const PACKAGES = ["aws-cdk-lib", "constructs", "zod", "vitest"];

const JEST = fileURLToPath(new URL("../jest/", import.meta.url));

/** Jest does not strip types, so the event is sent by name to the runtime underneath. */
const JEST_TEST = `
test("deploys", async () => {
  const app = await deploy({ app: "node infra/app.ts" });
  try {
    await app.whenQuiet();
    expect(app.processed("Billing")).toEqual([]);
    expect((await app.runtime.invoke("Orders/Billing/Handler", { Records: [] })).status).toBe("succeeded");
  } finally {
    await app.close();
  }
}, 60_000);`;

let folder: string;
let project: string;
let files: ReadonlyMap<string, string>;

interface Finished {
  readonly code: number;
  readonly output: string;
}

async function command(cwd: string, file: string, args: readonly string[]): Promise<Finished> {
  // Of the conditions of this test run the project must know nothing.
  const { NODE_OPTIONS: _conditions, ...env } = process.env;
  for (const name of Object.keys(env).filter((each) => each.startsWith("VITEST"))) {
    delete env[name];
  }
  try {
    const { stdout, stderr } = await run(file, args, {
      cwd,
      env: { ...env, NO_COLOR: "1" },
      maxBuffer: 64 * 1_048_576,
    });
    return { code: 0, output: stdout + stderr };
  } catch (error) {
    const { code = 1, stdout = "", stderr = "" } = error as { code?: number; stdout?: string; stderr?: string };
    return { code, output: stdout + stderr };
  }
}

async function succeed(cwd: string, file: string, args: readonly string[]): Promise<string> {
  const { code, output } = await command(cwd, file, args);
  if (code !== 0) {
    throw new Error(`${file} ${args.join(" ")} failed:\n${output}`);
  }
  return output;
}

/** `npx fanfare dev` in the project. */
function dev() {
  let output = "";
  const child: ChildProcess = spawn("npx", ["fanfare", "dev", "--port", "0", "--no-console"], {
    cwd: project,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "", NO_COLOR: "1" },
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const kill = (signal: NodeJS.Signals) =>
    child.exitCode === null && child.signalCode === null && process.kill(-Number(child.pid), signal);
  return {
    printed: (pattern: RegExp) => vi.waitFor(() => expect(output).toMatch(pattern), { timeout: 60_000, interval: 50 }),
    end: async () => {
      kill("SIGINT");
      await ended;
    },
    [Symbol.asyncDispose]: async () => {
      kill("SIGKILL");
      await ended;
    },
  };
}

/** The files that a document's blocks are, by the paths that they give themselves. */
function filesOf(markdown: string): Map<string, string> {
  const blocks = markdown.matchAll(/^```ts compile\n\/\/ file: (\S+)\n([\s\S]*?)^```$/gm);
  return new Map([...blocks].map(([, path = "", code = ""]) => [path, code]));
}

/** Packs a build of its own: other tests use the repository's. */
async function pack(): Promise<string> {
  const home = join(folder, "package");
  await mkdir(home);
  await succeed(ROOT, process.execPath, [
    join(ROOT, "node_modules/typescript/bin/tsc"),
    "-p",
    "tsconfig.build.json",
    "--outDir",
    join(home, "dist"),
  ]);
  await cp(join(ROOT, "package.json"), join(home, "package.json"));
  await succeed(home, "npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", folder]);
  const tarball = (await readdir(folder)).find((name) => name.endsWith(".tgz"));
  if (tarball === undefined) {
    throw new Error("npm pack made no tarball");
  }
  return join(folder, tarball);
}

/** Runs test files of the project with Jest, as docs/testing.md says. */
async function underJest(tests: Readonly<Record<string, string>>): Promise<Finished> {
  for (const [name, code] of Object.entries(tests)) {
    await writeFile(join(project, "test", name), code);
  }
  return await command(project, process.execPath, [
    "--experimental-vm-modules",
    join(JEST, "node_modules/jest/bin/jest.js"),
    ...["--runInBand", "--testMatch", "**/*.test.mjs", "**/*.test.cjs"],
  ]);
}

/** What vitest's JSON reporter tells of a test. */
interface Told {
  readonly status: string;
  readonly failureMessages: readonly string[];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fanfare-user-"));
  project = join(folder, "project");
  files = filesOf(await readFile(join(ROOT, "docs/testing.md"), "utf8"));
  for (const [path, code] of files) {
    await mkdir(dirname(join(project, path)), { recursive: true });
    await writeFile(join(project, path), code);
  }
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "shop", private: true, type: "module" }));
  const tarball = await pack();
  await succeed(project, "npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--no-save", tarball]);
  for (const name of PACKAGES) {
    const target = join(project, "node_modules", name);
    await rm(target, { recursive: true, force: true });
    await symlink(join(ROOT, "node_modules", name), target, "dir");
  }
}, SET_UP_MS);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("the project of docs/testing.md", () => {
  it("has a test of under 30 lines", () => {
    expect([...files.keys()].sort()).toEqual(
      ["contract.ts", "infra/app.ts", "lambdas/audit.ts", "lambdas/billing.ts", "test/orders.test.ts"].sort(),
    );
    expect(files.get("test/orders.test.ts")?.trimEnd().split("\n").length).toBeLessThan(30);
  });

  it("passes with the packed package in an empty project; a wrong expectation fails with the message's history", async () => {
    const right = files.get("test/orders.test.ts") ?? "";
    const wrong = right.replace('Billing: "deadLettered"', 'Billing: "processed"');
    expect(wrong).not.toBe(right);
    await writeFile(join(project, "test/wrong.test.ts"), wrong);
    const { output } = await command(project, process.execPath, [
      join(project, "node_modules/vitest/vitest.mjs"),
      ...["run", "--reporter=default", "--reporter=json", "--outputFile=results.json"],
    ]);
    const results: { testResults: { name: string; assertionResults: Told[] }[] } = JSON.parse(
      await readFile(join(project, "results.json"), "utf8"),
    );
    const told = (file: string) => results.testResults.find(({ name }) => name.endsWith(file))?.assertionResults;
    expect(told("orders.test.ts"), output).toMatchObject([{ status: "passed" }, { status: "passed" }]);
    expect(told("wrong.test.ts"), output).toMatchObject([{ status: "passed" }, { status: "failed" }]);
    const failure = told("wrong.test.ts")?.[1]?.failureMessages.join("\n") ?? "";
    for (const text of [failure, output]) {
      expect(text).toMatch(/event \S+ at Billing: expected processed, but it was deadLettered/);
      expect(text).toMatch(/History of event \S+ \(OrderPlaced\):/);
      expect(text).toMatch(/orders\.Billing: dead-lettered, attempt 1: \S+: negative total/);
    }
  });

  it("runs with npx fanfare dev: send, changed handler, changed stack, second start", async () => {
    await writeFile(join(project, "cdk.json"), JSON.stringify({ app: "node infra/app.ts" }));
    const edit = async (path: string, from: string, to: string) => {
      const code = await readFile(join(project, path), "utf8");
      expect(code).toContain(from);
      await writeFile(join(project, path), code.replace(from, to));
    };
    const event = JSON.stringify({ orderId: "o-1", region: "eu", total: 12 });
    const send = () => succeed(project, "npx", ["fanfare", "send", "Orders", "OrderPlaced", "--data", event]);

    await using first = dev();
    await first.printed(/watching for changes/);
    await send();
    await first.printed(/OrderPlaced \S+ +-> Orders\/Billing\/Handler +processed/);
    await first.printed(/OrderPlaced \S+ +-> Orders\/Audit\/Queue +filtered/);
    await edit("lambdas/billing.ts", "if (order", 'console.log("charging", order.orderId);\n    if (order');
    await first.printed(/reloaded 1 resources changed/);
    await send();
    await first.printed(/Billing\S* +\| +charging o-1/);
    await edit("infra/app.ts", 'region: ["us"]', 'region: ["us", "eu"]');
    await first.printed(/(?:reloaded [1-9] resources changed.*){2}/s);
    await send();
    await first.printed(/OrderPlaced \S+ +-> Orders\/Audit\/Handler +processed/);
    await first.end();

    await using second = dev();
    // The handler was changed after the first synthesis, the stack was synthesised after that.
    await second.printed(/starting with the last assembly.*watching for changes.*reloaded 0 resources changed/s);
    await send();
    await second.printed(/OrderPlaced \S+ +-> Orders\/Audit\/Handler +processed/);
    await second.end();
  }, 240_000);

  it("passes under Jest, from a module and from CommonJS", async () => {
    installTools(JEST);
    const { output, code } = await underJest({
      "module.test.mjs": `import { deploy } from "fanfare/testing"; ${JEST_TEST}`,
      "common.test.cjs": `const { deploy } = require("fanfare/testing"); ${JEST_TEST}`,
    });
    expect(output).toContain("Tests:       2 passed, 2 total");
    expect(code).toBe(0);
  });
});
