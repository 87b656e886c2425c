import { describeRuntime, runLocally } from "./local-runtime.ts";
import type { Deploy } from "./target.ts";

/** The local runtime creates the stack's resources through the APIs of the target: moto, whose CloudFormation omits too much. */
export const deployThroughApis: Deploy = async (site) => {
  const runtime = await site.results.run("the local runtime deploys", () => runLocally(site, site.assembly));
  if (runtime === undefined) return undefined;
  return { ...describeRuntime(runtime, site), remove: () => runtime.close() };
};
