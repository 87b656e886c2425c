import { createHash } from "node:crypto";
import { readObjects } from "../stage/effects.ts";
import type { Stage } from "../stage/stage.ts";
import { SUBSCRIBERS_OF } from "../stage/subscribers.ts";
import { differences } from "../tally.ts";
import { type Webhook, webhookOutcome } from "../workload/webhooks.ts";
import { type Check, checkOf } from "./check.ts";

/** Bytes above which a payload goes through S3: the default maximum of an SNS message. */
const MESSAGE_BYTES = 262_144;

/** Checks that each subscriber stored what was sent, byte for byte. */
export async function checkWebhooks(stage: Stage, webhooks: readonly Webhook[]): Promise<Check[]> {
  return await Promise.all([
    ...SUBSCRIBERS_OF.webhooks.map((name) => checkKept(stage, name, webhooks)),
    checkOffloaded(stage, webhooks),
  ]);
}

async function checkKept(
  { clients, resource }: Stage,
  name: (typeof SUBSCRIBERS_OF.webhooks)[number],
  webhooks: readonly Webhook[],
): Promise<Check> {
  const expected = webhooks.filter((webhook) => webhookOutcome(name, webhook).kind === "processed");
  const objects = await readObjects(clients, resource("Webhooks/Kept"), `${name}/`);
  const kept = new Map(objects.map((object) => [object.key, object]));
  const problems = differences(
    "kept",
    expected.map(({ id }) => `${name}/${id}.json`),
    [...kept.keys()],
  );
  for (const { id, payload } of expected) {
    const object = kept.get(`${name}/${id}.json`);
    const sent = Buffer.from(JSON.stringify(payload));
    if (object === undefined) {
      continue;
    }
    if (!object.bytes.equals(sent)) {
      problems.push(`${id}: ${object.bytes.length} bytes differ from ${sent.length} sent`);
    }
    const sha256 = createHash("sha256").update(sent).digest("hex");
    if (object.metadata.sha256 !== sha256) {
      problems.push(`${id}: the checksum that the handler computed differs`);
    }
  }
  const bytes = objects.reduce((sum, object) => sum + object.bytes.length, 0);
  return checkOf(name, `${objects.length} payloads, ${bytes.toLocaleString("en")} bytes, identical`, problems);
}

async function checkOffloaded({ clients, resource }: Stage, webhooks: readonly Webhook[]): Promise<Check> {
  const large = webhooks.filter(({ payload }) => JSON.stringify(payload).length > MESSAGE_BYTES);
  const objects = await readObjects(clients, resource("Webhooks/Webhooks/Payloads/Bucket"));
  const sizes = objects.map(({ bytes }) => bytes.length).sort((a, b) => a - b);
  const problems =
    objects.length === large.length ? [] : [`${objects.length} payloads in S3 instead of ${large.length}`];
  return checkOf(
    "large payloads",
    `through S3: ${sizes.map((size) => size.toLocaleString("en")).join(", ")} bytes`,
    problems,
  );
}
