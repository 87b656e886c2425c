import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCdkProject, synthesize } from "../../lib/local/synthesis/index.ts";
import type { DemoOptions } from "./options.ts";
import { type Report, reportOf } from "./report/report.ts";

/** Runs the reference app on this machine, sends it the whole workload, and reports what became of each message. */
export async function runDemo(options: DemoOptions): Promise<Report> {
  const started = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "fanfare-demo-"));
  try {
    options.progress.step("Synthesising the reference app ...");
    const assembly = join(folder, "cdk.out");
    const synthesis = synthesize({ ...readCdkProject("."), output: assembly });
    // The rest is loaded while the app is synthesised in another process. Without a compile cache that takes two seconds.
    const [{ play }] = await Promise.all([import("./play.ts"), synthesis]);
    options.progress.step("Starting it on this machine ...");
    const findings = await play(assembly, options);
    return reportOf({ seconds: (performance.now() - started) / 1_000, ...findings });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
