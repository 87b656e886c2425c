import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** What the version under test replaces. */
const REPLACED = new Set(["aws-cdk-lib", "constructs"]);

/** The sources that a user of the constructs compiles and runs. */
const SOURCES = ["infra/app.ts", "infra/constructs", "infra/stacks", "lambdas", "lib"];

/** The newest versions that exist, and the oldest that the peer ranges admit. */
const VERSIONS = {
  newest: async () => ({ "aws-cdk-lib": "^2", constructs: "^10" }),
  oldest: async () => {
    const { peerDependencies } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    const oldest = (name: string) => peerDependencies[name].replace(/^\^/, "");
    return { "aws-cdk-lib": oldest("aws-cdk-lib"), constructs: oldest("constructs") };
  },
};

let folder: string;
let expected: Record<string, string[]>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fanfare-cdk-versions-"));
  expected = await resourcesOf(ROOT);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Links all packages of this repository but those that are replaced. */
async function linkPackages(home: string): Promise<void> {
  const modules = join(ROOT, "node_modules");
  const names = (await readdir(modules)).filter((name) => !name.startsWith(".") && !REPLACED.has(name));
  for (const name of names) {
    const inner = name.startsWith("@") ? (await readdir(join(modules, name))).map((each) => `${name}/${each}`) : [name];
    for (const each of inner) {
      const target = join(home, "node_modules", each);
      await mkdir(dirname(target), { recursive: true });
      await symlink(join(modules, each), target, "dir").catch(unlessThere);
    }
  }
}

/** What aws-cdk-lib itself brings, such as its schemas, must remain its own. */
function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== "EEXIST") {
    throw error;
  }
}

/** A copy of the sources beside other versions of the CDK. Skips the test where there is no registry. */
async function projectWith(name: keyof typeof VERSIONS, context: TestContext): Promise<string> {
  const home = join(folder, name);
  await mkdir(home);
  const dependencies = await VERSIONS[name]();
  await writeFile(join(home, "package.json"), JSON.stringify({ private: true, dependencies }));
  try {
    await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", "--fetch-retries=0"], { cwd: home });
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    context.skip(/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENOTCACHED|ETIMEDOUT/.test(stderr), "no registry can be reached");
    throw error;
  }
  await linkPackages(home);
  for (const path of [...SOURCES, "cdk.json", "package.json"]) {
    await cp(join(ROOT, path), join(home, path), { recursive: true });
  }
  const compilerOptions = { noEmit: true };
  const tsconfig = {
    extends: join(ROOT, "tsconfig.json"),
    compilerOptions,
    include: SOURCES,
    exclude: ["lib/console"],
  };
  await writeFile(join(home, "tsconfig.json"), JSON.stringify(tsconfig));
  return home;
}

/** Synthesises the reference app as `cdk synth` does. Returns the logical ids and types of the resources by stack. */
async function resourcesOf(home: string): Promise<Record<string, string[]>> {
  const { context } = JSON.parse(await readFile(join(ROOT, "cdk.json"), "utf8"));
  const outdir = await mkdtemp(join(folder, "out-"));
  const env = { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) };
  await run(process.execPath, ["--conditions=@fanfare/source", join(home, "infra/app.ts")], { cwd: home, env });
  const resources: Record<string, string[]> = {};
  for (const file of (await readdir(outdir)).filter((each) => each.endsWith(".template.json"))) {
    const template: { Resources: Record<string, { Type: string }> } = JSON.parse(
      await readFile(join(outdir, file), "utf8"),
    );
    const lines = Object.entries(template.Resources).map(([id, { Type }]) => `${Type} ${id}`);
    // What CDK itself adds differs between versions.
    resources[file] = lines.filter((line) => !/CDKMetadata|NotificationsHandler/.test(line)).sort();
  }
  return resources;
}

describe.each(["oldest", "newest"] as const)("with the %s aws-cdk-lib", (name) => {
  it("the sources compile, and the reference app has the same resources", async (context) => {
    const home = await projectWith(name, context);
    const { version } = JSON.parse(await readFile(join(home, "node_modules/aws-cdk-lib/package.json"), "utf8"));
    const compiler = join(ROOT, "node_modules/typescript/bin/tsc");
    await run(process.execPath, [compiler, "-p", home]).catch((error) => {
      throw new Error(`types with aws-cdk-lib ${version}:\n${error.stdout}`);
    });
    expect(await resourcesOf(home), `aws-cdk-lib ${version}`).toEqual(expected);
  });
});
