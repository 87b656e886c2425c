import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { AnyContract } from "../../../lib/contract/index.ts";
import { type DeployedApp, deploy } from "../../../lib/testing/index.ts";
import { blocksOf, ROOT, writeBlocks } from "./blocks.ts";

const DOCUMENT = "docs/from-rabbitmq.md";

let home: string;
let app: DeployedApp;
let orders: AnyContract;

beforeAll(async () => {
  // Inside the repository, so that the package finds itself by its name; ignored by git.
  await mkdir(join(ROOT, ".fanfare"), { recursive: true });
  home = await mkdtemp(join(ROOT, ".fanfare", "from-rabbitmq-"));
  await writeBlocks(home, blocksOf(DOCUMENT, await readFile(join(ROOT, DOCUMENT), "utf8")));
  const folder = join(home, DOCUMENT.replace(/\.md$/, ""));
  const assembly = join(home, "cdk.out");
  // As the CDK runs an app: it is synthesised to this folder when the program ends.
  const env = { ...process.env, CDK_OUTDIR: assembly };
  const args = ["--conditions=@fanfare/source", "app.ts"];
  await promisify(execFile)(process.execPath, args, { cwd: folder, env });
  ({ orders } = await import(join(folder, "contract.ts")));
  app = await deploy({ assembly });
}, 60_000);

afterAll(async () => {
  await app?.close();
  await rm(home, { recursive: true, force: true });
});

/** The orders that wait in the queue of a subscriber without a handler, in the order of their ids. */
async function waitingAt(subscriber: string): Promise<string[]> {
  const { physicalId } = app.runtime.deployment.find(`Shop/Orders/${subscriber}/Queue`, "AWS::SQS::Queue");
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const sqs = new SQSClient({ endpoint: app.runtime.endpoint, region: "eu-central-1", credentials });
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: physicalId, MaxNumberOfMessages: 10 }),
  );
  sqs.destroy();
  return Messages.map(({ Body = "" }) => String(JSON.parse(Body).data.id)).sort();
}

test("the bindings of the page deliver what those of RabbitMQ would", async () => {
  const publish = app.publisher(orders, "Shop/Orders");
  const at = new Map<string, string>();
  for (const data of [
    { id: "1-de-paid-urgent", country: "de", state: "paid", urgent: true },
    { id: "2-de-open", country: "de", state: "open", urgent: false },
    { id: "3-fr-paid", country: "fr", state: "paid", urgent: false },
    { id: "4-fr-open-urgent", country: "fr", state: "open", urgent: true },
    // More words than "*.orders.paid" has, and no first word "de".
    { id: "5-den-paid.late", country: "den", state: "paid.late", urgent: false },
  ]) {
    at.set((await publish("OrderChanged", data)).id, data.id);
  }
  await app.whenQuiet();
  expect({
    Germany: await waitingAt("Germany"),
    Paid: await waitingAt("Paid"),
    UrgentGerman: await waitingAt("UrgentGerman"),
    UrgentOrGerman: await waitingAt("UrgentOrGerman"),
  }).toEqual({
    Germany: ["1-de-paid-urgent", "2-de-open"],
    Paid: ["1-de-paid-urgent", "3-fr-paid"],
    UrgentGerman: ["1-de-paid-urgent"],
    UrgentOrGerman: ["1-de-paid-urgent", "2-de-open", "4-fr-open-urgent"],
  });
  const handledAt = (subscriber: string) =>
    app
      .processed(subscriber)
      .map(({ eventId = "" }) => at.get(eventId))
      .sort();
  expect(handledAt("Mail-high")).toEqual(["1-de-paid-urgent", "4-fr-open-urgent"]);
  expect(handledAt("Mail-normal")).toEqual(["2-de-open", "3-fr-paid", "5-den-paid.late"]);
  expect(handledAt("Mail-low")).toEqual([]);
});
