import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const MAIN = join(ROOT, "test/campaigns/anywhere/synth-main.ts");

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "fanfare-anywhere-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The object keys of the assets, which hold the hashes of their bytes, of a synthesis in a folder. */
async function assetsFrom(cwd: string, index: number): Promise<string[]> {
  const args = [
    "--conditions=@fanfare/source",
    MAIN,
    join(folder, String(index)),
    join(ROOT, "lambdas/orders/billing.ts"),
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
