import { DEFAULT_ACCOUNT_ID, DEFAULT_REGION } from "../../local/common/index.ts";
import { Synthesizer } from "../../local/synthesis/index.ts";
import type { DevOptions } from "./options.ts";
import type { Surroundings, Synthesis } from "./run-assembly.ts";

/**
 * Runs the app until `signal` ends it. A changed source is deployed again, as `Reloader` says. When that fails, the error is
 * printed and the previous version continues to run.
 *
 * @throws the error of the first synthesis or deployment
 */
export async function dev(options: DevOptions, surroundings: Surroundings): Promise<void> {
  const synthesis = options.assembly === undefined ? beginSynthesis(options, surroundings) : undefined;
  // Loaded while the app is synthesised in another process.
  const { runAssembly } = await import("./run-assembly.ts");
  await runAssembly(options, { ...surroundings, accountId: DEFAULT_ACCOUNT_ID }, synthesis);
}

function beginSynthesis({ app, region, watch }: DevOptions, { directory, signal }: Surroundings): Synthesis {
  // Where stacks go that name no Region or account.
  const environment = { CDK_DEFAULT_REGION: region ?? DEFAULT_REGION, CDK_DEFAULT_ACCOUNT: DEFAULT_ACCOUNT_ID };
  const synthesizer = new Synthesizer({ directory, app, environment, signal });
  // It is synthesised when the app runs, and deployed again if it differs.
  const reused = watch && synthesizer.reuses();
  const done = reused ? Promise.resolve() : synthesizer.run();
  // It may fail before the other modules are loaded; whoever awaits it then still gets the error.
  done.catch(() => {});
  return { synthesizer, reused, done };
}
