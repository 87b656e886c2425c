import { cutAssembly } from "../cdk/assembly.ts";
import { destroyStacks } from "../cdk/cli.ts";
import { create } from "./created.ts";
import { describeRuntime, runLocally } from "./local-runtime.ts";
import type { Deploy } from "./target.ts";

/**
 * What LocalStack cannot create without Docker (functions, and the custom resources that call one) or without a download
 * (DynamoDB). They run on this machine, on the queues, topics and buckets that its CloudFormation made.
 */
const LOCAL_TYPES: ReadonlySet<string> = new Set([
  "AWS::Lambda::Function",
  "AWS::Lambda::EventSourceMapping",
  "AWS::DynamoDB::Table",
  "Custom::S3BucketNotifications",
]);

/** CloudFormation of the target creates one half of the stacks, the local runtime is the other: LocalStack. */
export const deployHalves: Deploy = async (site) => {
  const { place, assembly, folder, results } = site;
  const halves = cutAssembly(assembly, folder("deployed"), LOCAL_TYPES);
  const types = Object.entries(Object.groupBy(halves.left, ({ type }) => type));
  results.note(`left to this machine: ${types.map(([type, all = []]) => `${all.length} ${type}`).join(", ")}`);

  const there = await create(site, halves.deployed);
  if (there === undefined) {
    return undefined;
  }
  const { outputs, created } = there;
  const running = await results.run("functions and mappings start on this machine", async () => {
    halves.writeLocal(folder("local"), outputs);
    return await runLocally(site, folder("local"));
  });
  const described = running === undefined ? undefined : describeRuntime(running, site);
  const remove = async () => {
    await running?.runtime.close();
    await results.run("cdk destroy", async () => {
      if (described !== undefined) {
        await created.emptyBuckets(described.clients);
      }
      await destroyStacks(place, halves.deployed);
    });
  };
  if (described !== undefined) {
    return { ...described, resource: (path) => created.find(path) ?? described.resource(path), remove };
  }
  await remove();
  return undefined;
};
