import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

let outdir: string;

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), "fanfare-strict-"));
});

afterAll(() => rm(outdir, { recursive: true, force: true }));

// With --strict, the CLI fails for a warning.
test.each(["infra/app.ts", "infra/examples/two-accounts.ts"])(
  "cdk synth --strict of %s has no warning",
  async (app) => {
    const cli = join(ROOT, "node_modules/aws-cdk/bin/cdk");
    const command = `"${process.execPath}" --conditions=@fanfare/source ${app}`;
    const args = [cli, "synth", "--all", "--strict", "--quiet", "--app", command, "--output", join(outdir, app)];
    const env = { ...process.env, NO_COLOR: "1", CDK_DISABLE_CLI_TELEMETRY: "1" };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: ROOT, env });
    expect(`${stdout}${stderr}`).not.toMatch(/warning/i);
    expect(`${stdout}${stderr}`).toContain("Successfully synthesized");
  },
);
