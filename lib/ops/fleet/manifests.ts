import { type FleetManifest, MANIFEST_KEY, type ManifestSubscriber } from "../../names/index.ts";
import { isJsonObject, parseJson } from "../../std/index.ts";
import { type Cloud, mapLimited, unlessAbsent } from "../cloud/index.ts";
import { unlessGone } from "./queues.ts";

/** The tag that CloudFormation sets on every resource that it creates. */
const STACK_TAG = "aws:cloudformation:stack-name";

/** The manifest in a template's `Metadata`; `undefined` without a usable one. */
export function readManifest(metadata: unknown): FleetManifest | undefined {
  const manifest = isJsonObject(metadata) ? metadata[MANIFEST_KEY] : undefined;
  if (!isJsonObject(manifest) || manifest.version !== 1 || !Array.isArray(manifest.subscribers)) {
    return undefined;
  }
  return { version: 1, subscribers: manifest.subscribers.filter(isSubscriber) };
}

function isSubscriber(value: unknown): value is ManifestSubscriber {
  return isJsonObject(value) && typeof value.name === "string" && typeof value.queue === "string";
}

/** The manifests of deployed stacks. A stack without one, that may not be read or is gone, has none: queues that it left keep its tag. */
export async function manifestsOf(cloud: Cloud, stacks: readonly string[]): Promise<readonly FleetManifest[]> {
  const found = await mapLimited(stacks, (stack) => manifestOf(cloud, stack));
  return found.filter((manifest) => manifest !== undefined);
}

async function manifestOf(cloud: Cloud, stack: string): Promise<FleetManifest | undefined> {
  return await unlessAbsent(async () => {
    const { sdk, call } = await cloud.cloudFormation();
    const command = new sdk.GetTemplateSummaryCommand({ StackName: stack });
    const summary = await call((client, options) => client.send(command, options)).catch((error: unknown) => {
      if (error instanceof Error && /does not exist/.test(error.message)) {
        return undefined;
      }
      throw error;
    });
    return readManifest(parseJson(summary?.Metadata ?? ""));
  });
}

/** The stacks that created queues, by the tag that CloudFormation sets. */
export async function stacksOf(cloud: Cloud, queueUrls: readonly string[]): Promise<readonly string[]> {
  const names = await mapLimited(queueUrls, (url) =>
    unlessGone(async () => {
      const { sdk, call } = await cloud.sqs();
      const command = new sdk.ListQueueTagsCommand({ QueueUrl: url });
      const { Tags = {} } = await call((client, options) => client.send(command, options));
      return Tags[STACK_TAG];
    }),
  );
  return [...new Set(names.filter((name) => name !== undefined))];
}
