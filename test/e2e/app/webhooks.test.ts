import { createHash } from "node:crypto";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readObjects, type StoredObject } from "../../../infra/demo/stage/effects.ts";
import { largePush, realWebhooks, type Webhook } from "../../../infra/demo/workload/webhooks.ts";
import { familyOf } from "../../../lambdas/webhooks/contract.ts";
import { type App, openApp } from "./support.ts";

let app: App;

beforeAll(async () => {
  app = await openApp();
});

afterAll(async () => {
  await app?.close();
});

const publish = ({ id, event, payload }: Webhook) => app.publishWebhook(familyOf(event), { event, payload }, { id });

async function kept(subscriber: "archive" | "triage" | "deploy", id: string): Promise<StoredObject | undefined> {
  const objects = await readObjects(app.clients, app.resource("Webhooks/Kept"), `${subscriber}/${id}.json`);
  return objects[0];
}

function real(event: string, index = 0): Webhook {
  const found = realWebhooks().filter((webhook) => webhook.event === event)[index];
  if (found === undefined) throw new TypeError(`there is no example of ${event}`);
  return found;
}

describe("filters", () => {
  const push = real("push", 4);
  const issue = real("issues");
  const person = { ...issue.payload.sender, login: "octocat" };
  const cases: readonly [string, Webhook, readonly string[]][] = [
    ["an opened issue", { ...issue, payload: { ...issue.payload, action: "opened", sender: person } }, ["triage"]],
    ["a labeled issue", { ...issue, payload: { ...issue.payload, action: "labeled", sender: person } }, []],
    ["an issue of a robot", { ...issue, payload: { ...issue.payload, sender: { login: "renovate[bot]" } } }, []],
    ["a comment on a pull request", real("pull_request_review_comment"), ["triage"]],
    ["a push of commits to a branch", push, ["deploy"]],
    ["a push of a tag", real("push", 0), []],
    ["a push without commits", { ...push, payload: { ...push.payload, commits: [] } }, []],
    [
      "a push to a private repository",
      { ...push, payload: { ...push.payload, repository: { full_name: "octo/secret", private: true } } },
      [],
    ],
    ["a star", real("star"), []],
  ];

  it.each(cases.map(([what, webhook, wanted], index) => ({ what, webhook, wanted, index })))(
    "bring $what to $wanted, and to the archive",
    async ({ webhook, wanted, index }) => {
      const id = `filter-${index}`;
      await publish({ ...webhook, id });
      await app.quiet();
      expect(await kept("archive", id)).toBeDefined();
      for (const name of ["triage", "deploy"] as const) {
        expect((await kept(name, id)) !== undefined, name).toBe(wanted.includes(name));
      }
    },
  );
});

describe("payloads", () => {
  it("arrive byte for byte, whatever JSON can hold", async () => {
    const payload = {
      zeta: 1,
      alpha: 'quotes " and \\ and / and \u2028',
      emoji: "🧶 ﷽ \u0000 \uffff",
      numbers: [0.1, 1e21, -0.000001, 9007199254740991],
      nested: { b: null, a: [[], {}] },
    };
    await publish({ id: "bytes", event: "ping", payload });
    await app.quiet();
    const object = await kept("archive", "bytes");
    expect(object?.bytes.toString("utf8")).toBe(JSON.stringify(payload));
    expect(object?.metadata.sha256).toBe(createHash("sha256").update(JSON.stringify(payload)).digest("hex"));
  });

  it.each([300_000, 1_040_000])("of %i bytes go through S3 to every subscriber that wants them", async (bytes) => {
    const id = `large-${bytes}`;
    const webhook = largePush(id, bytes);
    await publish(webhook);
    await app.quiet();
    const sent = Buffer.from(JSON.stringify(webhook.payload));
    for (const name of ["archive", "deploy"] as const) {
      expect((await kept(name, id))?.bytes.equals(sent), name).toBe(true);
    }
    const payloads = await readObjects(app.clients, app.resource("Webhooks/Webhooks/Payloads/Bucket"), "webhooks/");
    expect(payloads.filter((object) => object.bytes.includes(`"id":"${id}"`))).toHaveLength(1);
  });
});

describe("duplicates and strangers", () => {
  it("handles what is published twice once, on a standard topic too", async () => {
    const webhook = { ...real("watch"), id: "again" };
    await publish(webhook);
    await app.quiet();
    await Promise.all([publish(webhook), publish(webhook)]);
    await app.quiet();
    const fates = app.journal.entries("archive").filter(({ eventId }) => eventId === "again");
    expect(fates.filter(({ fate }) => fate === "done")).toHaveLength(1);
    expect(fates.filter(({ fate }) => fate === "duplicate")).toHaveLength(2);
  });

  it("does not follow a pointer into somebody else's bucket", async () => {
    const bucket = app.resource("Webhooks/Kept");
    const body = JSON.stringify([
      "software.amazon.payloadoffloading.PayloadS3Pointer",
      { s3BucketName: bucket, s3Key: "archive/again.json" },
    ]);
    await app.clients.sqs.send(new SendMessageCommand({ QueueUrl: app.queueUrl("archive"), MessageBody: body }));
    await app.quiet();
    expect(await app.deadLetters("archive")).toMatchObject([{ error: "PointerNotAllowed", attempt: 1, body }]);
  });
});
