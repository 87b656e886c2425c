import { cutAssembly } from "../cdk/assembly.ts";
import { deployStack, destroyStack } from "../cdk/cli.ts";
import { emptyBucket } from "./empty-bucket.ts";
import { describeRuntime, runLocally } from "./local-runtime.ts";
import type { Deploy } from "./target.ts";

/**
 * What LocalStack cannot create without Docker (functions) or without a download (DynamoDB). They run on this machine, on the
 * queues, topics and buckets that its CloudFormation made.
 */
const LOCAL_TYPES: ReadonlySet<string> = new Set([
  "AWS::Lambda::Function",
  "AWS::Lambda::EventSourceMapping",
  "AWS::DynamoDB::Table",
]);

/** CloudFormation of the target creates one half of the stack, the local runtime is the other: LocalStack. */
export const deployHalves: Deploy = async (site) => {
  const { place, assembly, folder, results } = site;
  const halves = cutAssembly(assembly, folder("deployed"), LOCAL_TYPES);
  const types = Object.entries(Object.groupBy(halves.left, ({ type }) => type));
  results.note(`left to this machine: ${types.map(([type, all = []]) => `${all.length} ${type}`).join(", ")}`);

  const outputs = await results.run("cdk deploy", () => deployStack(place, halves.deployed));
  if (outputs === undefined) return undefined;
  const runtime = await results.run("functions and mappings start on this machine", async () => {
    halves.writeLocal(folder("local"), outputs);
    return await runLocally(site, folder("local"));
  });
  const described = runtime === undefined ? undefined : describeRuntime(runtime, site);
  const remove = async () => {
    await runtime?.close();
    await results.run("cdk destroy", async () => {
      if (described !== undefined) await emptyBucket(described.clients.s3, outputs.PayloadBucketName);
      await destroyStack(place, halves.deployed);
    });
  };
  if (described !== undefined) return { ...described, remove };
  await remove();
  return undefined;
};
