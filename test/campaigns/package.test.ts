import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** Building and installing need a compiler run and a registry. */
const SET_UP_MS = 300_000;

let folder: string;
let project: string;
let packed: string[];

/** Runs a command and answers what it printed; what it complained of is in the error when it fails. */
async function command(cwd: string, file: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(file, args, { cwd, maxBuffer: 64 * 1_048_576 })).stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${[file, ...args].join(" ")} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

const npm = (cwd: string, ...args: string[]) => command(cwd, "npm", args);

const PEERS = ["aws-cdk-lib", "constructs", "@opentelemetry/api"];

/** Packages that a user of the constructs has; linked, because installing them takes a minute. */
async function link(name: string): Promise<void> {
  const target = join(project, "node_modules", name);
  if (existsSync(target)) {
    return;
  }
  await mkdir(dirname(target), { recursive: true });
  await symlink(join(ROOT, "node_modules", name), target, "dir");
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fanfare-package-"));
  project = join(folder, "project");
  await mkdir(project);
  // What an earlier build left behind would be packed too.
  await rm(join(ROOT, "dist"), { recursive: true, force: true });
  await npm(ROOT, "run", "build");
  const [tarball] = JSON.parse(await npm(ROOT, "pack", "--json", "--ignore-scripts", "--pack-destination", folder));
  packed = tarball.files.map((file: { path: string }) => file.path);
  await writeFile(
    join(project, "package.json"),
    JSON.stringify({ name: "consumer", version: "1.0.0", type: "module" }),
  );
  const tarballPath = join(folder, tarball.filename);
  await npm(project, "install", "--prefer-offline", "--no-audit", "--no-fund", "--no-save", tarballPath);
  for (const name of [...PEERS, "zod", "@types/node", "@types/aws-lambda"]) {
    await link(name);
  }
}, SET_UP_MS);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("the tarball", () => {
  it("holds the built library, its types and the command", () => {
    const expected = ["lib/index", "infra/constructs/index", "lib/testing/index", "lib/cli/main"].flatMap((stem) => [
      `dist/${stem}.js`,
      `dist/${stem}.d.ts`,
    ]);
    expect(packed).toEqual(expect.arrayContaining(["package.json", "docs/guide.md", ...expected]));
  });

  it("holds nothing else", () => {
    const allowed =
      /^(dist\/(lib|infra\/constructs)\/.+\.(js|d\.ts|json)|dist\/lib\/console\/page\/style\.css|docs\/[a-z-]+\.md|(README|CHANGELOG|LICENSE)[^/]*|package\.json)$/;
    expect(packed.filter((path) => !allowed.test(path))).toEqual([]);
    expect(packed.filter((path) => /\.test\.|(^|\/)(test|lambdas|bench|stacks|demo)\//.test(path))).toEqual([]);
  });

  it("refers only to files that it holds, from its code and from its types", async () => {
    const home = join(project, "node_modules/fanfare/dist");
    const files = (await readdir(home, { recursive: true })).filter((file) => /\.(js|d\.ts)$/.test(file));
    expect(files.length).toBeGreaterThan(100);
    const broken: string[] = [];
    for (const file of files) {
      const text = await readFile(join(home, file), "utf8");
      for (const [, specifier = ""] of text.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)"(\.[^"\n]+)"/g)) {
        const target = resolve(home, dirname(file), specifier);
        // In declarations the compiler takes ./x.ts and ./x.js alike for ./x.d.ts.
        const found = file.endsWith(".d.ts") ? target.replace(/\.[jt]s$/, ".d.ts") : target;
        if (!existsSync(found)) {
          broken.push(`${file} refers to ${specifier}`);
        }
      }
    }
    expect(broken).toEqual([]);
  });
});

/** A user's file: a contract, a publisher, a consumer, a stack. Wrong uses prove that the types are there and not `any`. */
const CONSUMER = `
import type { SQSHandler } from "aws-lambda";
import { App, Stack } from "aws-cdk-lib";
import { consume, createPublisher, defineContract, event, type Payload } from "fanfare";
import { FanoutTopic } from "fanfare/infra";
import * as testing from "fanfare/testing";
import { z } from "zod";

const orders = defineContract("orders", {
  Placed: event({
    schema: z.object({ id: z.string(), total: z.number() }),
    attributes: { total: (order) => order.total },
    group: (order) => order.id,
  }),
});
export const handler: SQSHandler = consume(orders, { Placed: async (order) => { order.total.toFixed(2); } });
export const publish = createPublisher(orders, { target: "arn:aws:sns:eu-central-1:123456789012:orders" });
export const order: Payload<typeof orders, "Placed"> = { id: "1", total: 5 };
export const tools: object = testing;

const topic = new FanoutTopic(new Stack(new App(), "Shop"), "Orders", { contract: orders });
topic.fanOut("Billing", { events: ["Placed"], where: { total: [{ numeric: [">=", 100] }] } });

// @ts-expect-error no such event
consume(orders, { Placedd: () => {} });
// @ts-expect-error the total is a number
publish("Placed", { id: "1", total: "5" });
// @ts-expect-error no such attribute
topic.fanOut("Other", { events: ["Placed"], where: { region: ["eu"] } });
// @ts-expect-error no such export
testing.nothingOfThatName;
`;

/** One name of each other entry point, and one that is not there. */
const OTHER_ENTRY_POINTS = `
import { metrics } from "fanfare/metrics";
import { otel } from "fanfare/otel";
import { verifySnsMessage } from "fanfare/sns";
import { taskOf } from "fanfare/step-functions";

export const observers: unknown[] = [metrics(), otel()];
export const message: Promise<{ readonly TopicArn: string }> = verifySnsMessage("", { topicArns: [] });
export const token: string | undefined = taskOf({ record: { body: "{}" } })?.token;
// @ts-expect-error not a number
export const wrong: number = taskOf({ record: { body: "{}" } })?.token;
`;

describe("an installed package", () => {
  it.each([
    ["consumer.ts", "nodenext", "nodenext"],
    ["consumer.ts", "esnext", "bundler"],
    // CommonJS, as the extension says: the import becomes a require(), which Node.js 22 takes for ES modules.
    ["consumer.cts", "nodenext", "nodenext"],
    ["consumer.cts", "node20", "node16"],
    ["consumer.cts", "commonjs", "bundler"],
  ])("has types for %s with module %s and resolution %s", async (file, module, moduleResolution) => {
    await writeFile(join(project, file), CONSUMER);
    const compilerOptions = {
      target: "es2023",
      lib: ["es2024", "esnext.disposable"],
      module,
      moduleResolution,
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      types: ["node"],
    };
    await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [file] }));
    await command(project, process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.json"]);
  });

  it("has types for an older compiler that reads no exports: moduleResolution node10", async () => {
    // TypeScript 7 does not have it any more. In a folder of its own: npm would remove what is linked into the project.
    const older = join(folder, "older");
    await npm(folder, "install", "--prefix", older, "--prefer-offline", "--no-audit", "--no-fund", "typescript@5.9.3");
    await writeFile(join(project, "old.ts"), `${CONSUMER}${OTHER_ENTRY_POINTS}`);
    const compilerOptions = {
      target: "es2022",
      lib: ["es2023", "esnext.disposable"],
      module: "commonjs",
      moduleResolution: "node10",
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      types: ["node"],
    };
    await writeFile(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["old.ts"] }));
    await command(project, process.execPath, [join(older, "node_modules/typescript/bin/tsc"), "-p", "tsconfig.json"]);
  });

  it.each([
    ["fanfare", ["consume", "consumeBatch", "createPublisher", "defineContract", "event", "isFanfareError"]],
    ["fanfare/infra", ["FanoutTopic", "WorkQueue"]],
    ["fanfare/testing", []],
  ])("can be imported as %s", async (specifier, names) => {
    const script = `import * as all from ${JSON.stringify(specifier)}; console.log(JSON.stringify(Object.keys(all)));`;
    const exported = JSON.parse(await command(project, process.execPath, ["--input-type=module", "-e", script]));
    expect(exported).toEqual(expect.arrayContaining(names));
    expect(exported.length).toBeGreaterThan(0);
  });

  it("can be required by a CommonJS app, which synthesises", async () => {
    const app = `
      const { App, Stack } = require("aws-cdk-lib");
      const { defineContract, event } = require("fanfare");
      const { FanoutTopic } = require("fanfare/infra");
      const { z } = require("zod");
      const app = new App();
      const orders = defineContract("orders", { Placed: event({ schema: z.object({ id: z.string() }) }) });
      const topic = new FanoutTopic(new Stack(app, "Shop"), "Orders", { contract: orders });
      topic.fanOut("Billing", { handler: { entry: "handler.cts" } });
      const { Resources } = app.synth().getStackByName("Shop").template;
      console.log(Object.values(Resources).filter(({ Type }) => Type === "AWS::Lambda::Function").length);`;
    const handler = `
      import { consume, defineContract, event } from "fanfare";
      import { z } from "zod";
      const orders = defineContract("orders", { Placed: event({ schema: z.object({ id: z.string() }) }) });
      export const handler = consume(orders, { Placed: () => undefined });`;
    await writeFile(join(project, "app.cjs"), app);
    await writeFile(join(project, "handler.cts"), handler);
    expect((await command(project, process.execPath, ["app.cjs"])).trim()).toBe("1");
  });

  it("can be required under all of its names", async () => {
    const { exports } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    const names = Object.keys(exports).map((path) => path.replace(".", "fanfare"));
    const script = `console.log(JSON.stringify(${JSON.stringify(names)}.filter((name) => !require(name))));`;
    expect(JSON.parse(await command(project, process.execPath, ["--input-type=commonjs", "-e", script]))).toEqual([]);
  });

  it("keeps its insides to itself", async () => {
    const script = `await import("fanfare/dist/lib/wire/index.js")`;
    await expect(command(project, process.execPath, ["--input-type=module", "-e", script])).rejects.toThrow(
      "ERR_PACKAGE_PATH_NOT_EXPORTED",
    );
  });

  it("brings a command that tells its version", async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    const printed = await command(project, join(project, "node_modules/.bin/fanfare"), ["--version"]);
    expect(printed.trim()).toBe(version);
  });

  it("loads no client of the SDK before it needs one", async () => {
    const script = `
      import { registerHooks } from "node:module";
      const loaded = [];
      registerHooks({ load: (url, context, next) => { loaded.push(url); return next(url, context); } });
      await import("fanfare");
      console.log(JSON.stringify(loaded.filter((url) => url.includes("/@aws-sdk/"))));`;
    expect(JSON.parse(await command(project, process.execPath, ["--input-type=module", "-e", script]))).toEqual([]);
  });
});
