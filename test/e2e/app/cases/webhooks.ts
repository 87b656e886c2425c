import { deepEqual, equal, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { readObjects, type StoredObject } from "../../../../infra/demo/stage/effects.ts";
import { SUBSCRIBERS_OF } from "../../../../infra/demo/stage/subscribers.ts";
import { largePush, realWebhooks, type Webhook } from "../../../../infra/demo/workload/webhooks.ts";
import { familyOf } from "../../../../lambdas/webhooks/contract.ts";
import { holds, takeDeadLetters } from "./checks.ts";
import type { AppCase, ReferenceApp } from "./reference-app.ts";

type Subscriber = (typeof SUBSCRIBERS_OF.webhooks)[number];

/** A webhook, who beside the archive wants it, and what spoils the case. */
type FilterExample = readonly [string, Webhook, readonly Subscriber[], ...(readonly string[])];

const push = real("push", 4);
const issue = real("issues");
const person = { ...issue.payload.sender, login: "octocat" };

const FILTERS: readonly FilterExample[] = [
  ["an opened issue", { ...issue, payload: { ...issue.payload, action: "opened", sender: person } }, ["triage"]],
  ["a labeled issue", { ...issue, payload: { ...issue.payload, action: "labeled", sender: person } }, []],
  [
    "an issue of a robot",
    { ...issue, payload: { ...issue.payload, action: "opened", sender: { login: "renovate[bot]" } } },
    [],
    "filter-anything-but-suffix",
  ],
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

/** GitHub's webhooks on a standard topic with filters, and payloads of any size. */
export const webhookCases: readonly AppCase[] = [
  ...FILTERS.map(
    ([what, webhook, wanted, ...spoiltBy]): AppCase => ({
      name: `webhooks: ${what} comes to ${["the archive", ...wanted].join(" and to ")}`,
      spoiltBy,
      run: async (app) => {
        const id = app.unique("filtered");
        await publish(app, { ...webhook, id });
        await holds(app, SUBSCRIBERS_OF.webhooks, async () => {
          const keepers: Subscriber[] = [];
          for (const name of SUBSCRIBERS_OF.webhooks) {
            if ((await kept(app, name, id)) !== undefined) {
              keepers.push(name);
            }
          }
          deepEqual(keepers.sort(), ["archive", ...wanted]);
        });
      },
    }),
  ),
  {
    name: "webhooks: payloads arrive byte for byte, whatever JSON can hold",
    run: async (app) => {
      const payload = {
        zeta: 1,
        alpha: 'quotes " and \\ and / and \u2028',
        emoji: "🧶 ﷽ \u0000 \uffff",
        numbers: [0.1, 1e21, -0.000001, 9007199254740991],
        nested: { b: null, a: [[], {}] },
      };
      const id = app.unique("bytes");
      await publish(app, { id, event: "ping", payload });
      await holds(app, SUBSCRIBERS_OF.webhooks, async () => {
        const object = await kept(app, "archive", id);
        equal(object?.bytes.toString("utf8"), JSON.stringify(payload));
        equal(object?.metadata.sha256, createHash("sha256").update(JSON.stringify(payload)).digest("hex"));
      });
    },
  },
  ...[300_000, 1_040_000].map(
    (bytes): AppCase => ({
      name: `webhooks: payloads of ${bytes} bytes go through S3 to every subscriber that wants them`,
      run: async (app) => {
        const id = app.unique(`large-${bytes}`);
        const webhook = largePush(id, bytes);
        await publish(app, webhook);
        const sent = Buffer.from(JSON.stringify(webhook.payload));
        await holds(app, SUBSCRIBERS_OF.webhooks, async () => {
          for (const name of ["archive", "deploy"] as const) {
            equal((await kept(app, name, id))?.bytes.equals(sent), true, name);
          }
        });
        const payloads = await readObjects(app.clients, app.resource("Webhooks/Webhooks/Payloads/Bucket"), "webhooks/");
        equal(payloads.filter((object) => object.bytes.includes(`"id":"${id}"`)).length, 1);
      },
    }),
  ),
  {
    name: "webhooks: what is published twice is handled once, on a standard topic too",
    run: async (app) => {
      const webhook = { ...real("watch"), id: app.unique("again") };
      const outcomes = async () => (await app.outcomes("archive", webhook.id)).map(({ outcome }) => outcome).sort();
      await publish(app, webhook);
      await holds(app, SUBSCRIBERS_OF.webhooks, async () => deepEqual(await outcomes(), ["done"]));
      await Promise.all([publish(app, webhook), publish(app, webhook)]);
      await holds(app, SUBSCRIBERS_OF.webhooks, async () =>
        deepEqual(await outcomes(), ["done", "duplicate", "duplicate"]),
      );
    },
  },
  {
    name: "webhooks: does not follow a pointer into a bucket of another account",
    run: async (app) => {
      const body = JSON.stringify([
        "software.amazon.payloadoffloading.PayloadS3Pointer",
        { s3BucketName: app.resource("Webhooks/Kept"), s3Key: "archive/of-another-account.json" },
      ]);
      await app.clients.sqs.send(new SendMessageCommand({ QueueUrl: app.queueUrl("archive"), MessageBody: body }));
      const [deadLetter] = await takeDeadLetters(app, "archive", 1);
      deepEqual([deadLetter?.error, deadLetter?.attempt, deadLetter?.body], ["PointerNotAllowed", 1, body]);
      ok((deadLetter?.message ?? "") !== "");
    },
  },
];

function real(event: string, index = 0): Webhook {
  const found = realWebhooks().filter((webhook) => webhook.event === event)[index];
  if (found === undefined) {
    throw new TypeError(`there is no example of ${event}`);
  }
  return found;
}

async function publish(app: ReferenceApp, { id, event, payload }: Webhook): Promise<void> {
  await app.publishWebhook(familyOf(event), { event, payload }, { id });
}

async function kept(app: ReferenceApp, subscriber: Subscriber, id: string): Promise<StoredObject | undefined> {
  const objects = await readObjects(app.clients, app.resource("Webhooks/Kept"), `${subscriber}/${id}.json`);
  return objects[0];
}
