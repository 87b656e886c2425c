import { describeRuntime, runLocally } from "./local-runtime.ts";
import type { Deploy } from "./target.ts";

/** The local runtime creates the stacks' resources through the APIs of the target: moto, whose CloudFormation omits too much. */
export const deployThroughApis: Deploy = async (site) => {
  const running = await site.results.run("the local runtime deploys", () => runLocally(site, site.assembly));
  if (running === undefined) {
    return undefined;
  }
  return { ...describeRuntime(running, site), remove: () => running.runtime.close() };
};
