import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { z } from "zod";

const cdkJson = z.object({ context: z.record(z.string(), z.unknown()) });

/** What the CDK CLI adds to the context of each app: construct paths and asset paths in the templates. */
const CLI_CONTEXT = { "aws:cdk:enable-path-metadata": true, "aws:cdk:enable-asset-metadata": true };

/**
 * Runs the reference app, as `cdk synth` does, in a process of its own.
 *
 * @param outdir where the cloud assembly goes
 * @throws Error with what the app wrote, when it fails
 */
export async function synthesise(outdir: string): Promise<void> {
  const { context } = cdkJson.parse(JSON.parse(await readFile("cdk.json", "utf8")));
  const env = {
    ...process.env,
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...CLI_CONTEXT }),
  };
  await promisify(execFile)(process.execPath, ["--conditions=@fanfare/source", "infra/app.ts"], { env });
}
