import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

/** What the CDK's own command adds: construct paths and asset paths in the templates. */
const CLI_CONTEXT = { "aws:cdk:enable-path-metadata": true, "aws:cdk:enable-asset-metadata": true };

/** Synthesises `app.ts` with the feature flags of the reference app. `control` is where its crasher looks. */
export async function synthesise(outdir: string, control: string): Promise<void> {
  const settings: unknown = JSON.parse(readFileSync("cdk.json", "utf8"));
  const context = typeof settings === "object" && settings !== null && "context" in settings ? settings.context : {};
  const env = {
    ...process.env,
    CDK_OUTDIR: outdir,
    CDK_CONTEXT_JSON: JSON.stringify({ ...Object(context), ...CLI_CONTEXT }),
    FANFARE_CHAOS_FOLDER: control,
  };
  const app = join(import.meta.dirname, "app.ts");
  await promisify(execFile)(process.execPath, ["--conditions=@fanfare/source", app], { env });
}
