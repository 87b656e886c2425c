import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = "test/campaigns/anywhere/synth-main.ts";
/** What that program and the bundle are made of. */
const SOURCES = ["infra/constructs", "lambdas", "lib", "test/campaigns/anywhere", "package.json"];
/** The packages that are bundled: the others are linked, since their files are in no asset. */
const BUNDLED = ["zod"];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fanfare-anywhere-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The object keys of the assets, which hold the hashes of their bytes, of a synthesis in a folder. */
async function assetsFrom(cwd: string, index: number, root = ROOT): Promise<string[]> {
  const args = [
    "--conditions=@fanfare/source",
    join(root, MAIN),
    join(folder, String(index)),
    join(root, "lambdas/orders/billing.ts"),
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd });
  return JSON.parse(stdout);
}

test("a function has the same bytes, and so the same hash, wherever the app is synthesised", async () => {
  const [root, top, infra, other] = [
    await assetsFrom(ROOT, 0),
    await assetsFrom("/", 1),
    await assetsFrom(join(ROOT, "infra"), 2),
    await assetsFrom(folder, 3),
  ];
  expect(root).toHaveLength(1);
  expect({ top, infra, other }).toEqual({ top: root, infra: root, other: root });
});

/** The sources at another path, as a clone of continuous integration has them. */
async function clone(): Promise<string> {
  const root = join(folder, "builds/42/checkout");
  const modules = join(root, "node_modules");
  await mkdir(modules, { recursive: true });
  for (const path of SOURCES) {
    await cp(join(ROOT, path), join(root, path), { recursive: true });
  }
  for (const name of (await readdir(join(ROOT, "node_modules"))).filter((each) => !each.startsWith("."))) {
    const [from, to] = [join(ROOT, "node_modules", name), join(modules, name)];
    await (BUNDLED.includes(name) ? cp(from, to, { recursive: true }) : symlink(from, to, "dir"));
  }
  return root;
}

test("a clone at another path has the same bytes", async () => {
  const root = await clone();
  expect(await assetsFrom(root, 4, root)).toEqual(await assetsFrom(ROOT, 5));
});
