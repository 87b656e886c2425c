import { readCdkProject, synthesize } from "../../../lib/local/synthesis/index.ts";

/** Synthesises the reference app into the folder `output`. @throws LocalError `SynthesisFailed` with what the app printed */
export async function synthesise(output: string): Promise<void> {
  await synthesize({ ...readCdkProject("."), output });
}
