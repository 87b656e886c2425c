import { execFile } from "node:child_process";
import { copyFileSync, cpSync, linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

/** What the demo and the tests are made of. */
const SOURCES = ["cdk.json", "infra", "lambdas", "lib", "package.json", "test", "tsconfig.json", "vitest.config.ts"];

/** Programs that exist as binaries only: what bundles the functions, and what runs the tests. */
const TOOLS = /^(?:@esbuild|@rolldown)\//;

/** Tests of the engine over HTTP, and of the runtime that deploys to it. */
const TESTS = ["test/integration/local/server", "test/integration/local/runtime/delivery.test.ts"];

interface LockedPackage {
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

const lock: { packages: Record<string, LockedPackage> } = JSON.parse(
  readFileSync(join(ROOT, "package-lock.json"), "utf8"),
);

/** Paths in the repository of the packages that need not be there, or are made for one platform. */
const removed = new Set(
  Object.entries(lock.packages)
    .filter(([path, { optional, os, cpu }]) => {
      const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
      return (optional === true || os !== undefined || cpu !== undefined) && !TOOLS.test(name);
    })
    .map(([path]) => path),
);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fanfare-no-optional-"));
  for (const name of SOURCES) {
    cpSync(join(ROOT, name), join(folder, name), { recursive: true });
  }
  linkTree(join(ROOT, "node_modules"));
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Links what is below a folder of the repository, without the removed packages and without what tools have stored. */
function linkTree(source: string): void {
  const path = relative(ROOT, source).split(sep).join("/");
  if (removed.has(path) || path === "node_modules/.cache") {
    return;
  }
  const target = join(folder, path);
  mkdirSync(target);
  for (const entry of readdirSync(source, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      linkTree(join(source, entry.name));
    } else if (entry.isFile()) {
      linkOrCopy(join(source, entry.name), join(target, entry.name));
    } else {
      cpSync(join(source, entry.name), join(target, entry.name), { verbatimSymlinks: true });
    }
  }
}

/** Files cannot be linked to another file system. */
function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" });
}

/** Runs a program in the copy, and returns what it printed, or fails with that. */
async function runInCopy(...args: string[]): Promise<string> {
  try {
    const { stdout } = await run(process.execPath, args, { cwd: folder, maxBuffer: 32 * 1_048_576 });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    throw new Error(`node ${args.join(" ")} failed:\n${stdout}\n${stderr}`, { cause: error });
  }
}

describe("without optional and native packages", () => {
  it("none is left but the programs that bundle and test", () => {
    const addons = filesBelow(join(folder, "node_modules")).filter((file) => /\.node$/.test(file));
    expect(addons.map((file) => file.split(sep)[0])).toEqual(addons.map(() => "@rolldown"));
    const present = filesBelow(join(ROOT, "node_modules")).filter((file) => /^(?:@[^/\\]+[/\\])?[^/\\]+$/.test(file));
    const gone = present.filter((name) => removed.has(`node_modules/${name.split(sep).join("/")}`));
    expect(gone.length).toBeGreaterThan(0);
  });

  it("the demo loses nothing", async () => {
    const report = JSON.parse(
      await runInCopy("--conditions=@fanfare/source", "infra/demo/main.ts", "--json", "--orders", "30"),
    );
    expect(report).toMatchObject({ ok: true, problems: [] });
  });

  it("the tests of the engine and the runtime pass", async () => {
    const vitest = join("node_modules", "vitest", "vitest.mjs");
    const printed = await runInCopy(vitest, "run", "--project=integration", ...TESTS);
    expect(printed).toMatch(/passed, 0 failed/);
  });
});
