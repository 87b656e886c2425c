import { readObjects } from "../../../infra/demo/stage/effects.ts";
import { type Webhook, webhookOutcome } from "../../../infra/demo/workload/webhooks.ts";
import type { Resources } from "../runtime/resources.ts";
import { type Check, checkOf, setProblems } from "./check.ts";

/** Compares what each subscriber kept with what was sent, byte for byte. */
export async function checkWebhooks(resources: Resources, webhooks: readonly Webhook[]): Promise<readonly Check[]> {
  const checks: Check[] = [];
  // One after the other: all together they would be a third of a gigabyte.
  for (const name of ["archive", "triage", "deploy"] as const) {
    checks.push(await checkKept(resources, name, webhooks));
  }
  return checks;
}

async function checkKept(
  { clients, resource }: Resources,
  name: "archive" | "triage" | "deploy",
  webhooks: readonly Webhook[],
): Promise<Check> {
  const expected = new Map(
    webhooks
      .filter((webhook) => webhookOutcome(name, webhook).kind === "processed")
      .map((webhook) => [`${name}/${webhook.id}.json`, webhook]),
  );
  const objects = await readObjects(clients, resource("Webhooks/Kept"), `${name}/`);
  const problems = setProblems("kept", new Set(expected.keys()), new Set(objects.map(({ key }) => key)));
  for (const { key, bytes } of objects) {
    const sent = JSON.stringify(expected.get(key)?.payload);
    if (sent !== undefined && !bytes.equals(Buffer.from(sent))) {
      problems.push(`${key} differs from what was sent`);
    }
  }
  const bytes = objects.reduce((sum, object) => sum + object.bytes.length, 0);
  return checkOf(name, `${objects.length} payloads, ${bytes.toLocaleString("en")} bytes, identical`, problems);
}
