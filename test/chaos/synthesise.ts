import { join } from "node:path";
import { readCdkProject, synthesize } from "../../lib/local/synthesis/index.ts";

/** Synthesises `app.ts` with the feature flags of the reference app. `control` is where its crasher looks. */
export async function synthesise(output: string, control: string): Promise<void> {
  const app = `node --conditions=@fanfare/source ${JSON.stringify(join(import.meta.dirname, "app.ts"))}`;
  await synthesize({ ...readCdkProject(".", { app }), output }, { environment: { FANFARE_CHAOS_FOLDER: control } });
}
