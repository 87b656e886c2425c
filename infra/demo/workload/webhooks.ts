import { createRequire } from "node:module";
import { z } from "zod";
import { familyOf, type WebhookPayload } from "../../../lambdas/webhooks/contract.ts";
import type { Outcome } from "../plan.ts";
import type { SUBSCRIBERS_OF } from "../stage/subscribers.ts";

type WebhookSubscriber = (typeof SUBSCRIBERS_OF.webhooks)[number];

/** One webhook, as GitHub would deliver it. */
export interface Webhook {
  /** GitHub's id of the delivery. */
  readonly id: string;
  /** GitHub's name of the event: header `X-GitHub-Event`. */
  readonly event: string;
  readonly payload: WebhookPayload;
}

/** Payloads are not parsed: a parsed object would have its fields in another order. */
const examples = z.array(
  z.object({
    name: z.string(),
    examples: z.array(z.custom<WebhookPayload>((value) => typeof value === "object" && value !== null)),
  }),
);

/** The 329 real payloads of 58 events that `@octokit/webhooks-examples` collects. */
export function realWebhooks(): Webhook[] {
  const require = createRequire(import.meta.url);
  return examples
    .parse(require("@octokit/webhooks-examples"))
    .flatMap(({ name, examples: payloads }) =>
      payloads.map((payload, index) => ({ id: `${name}-${index}`, event: name, payload })),
    );
}

/** A real push whose commit is repeated until its payload has about `bytes` bytes. */
export function largePush(id: string, bytes: number): Webhook {
  const push = realWebhooks().find(({ event, payload }) => event === "push" && payload.commits?.length === 1);
  if (push === undefined) {
    throw new TypeError("there is no example of a push with a commit");
  }
  const { commits: [commit] = [] } = push.payload;
  const commits = Array.from({ length: Math.ceil(bytes / JSON.stringify(commit).length) }, () => commit);
  return { id, event: "push", payload: { ...push.payload, commits } };
}

/** What should become of a webhook at a subscriber: the stack's filters, repeated in plain code. */
export function webhookOutcome(subscriber: WebhookSubscriber, { event, payload }: Webhook): Outcome {
  const wanted = {
    archive: () => true,
    triage: () => isTriaged(event, payload),
    deploy: () => event === "push" && isDeployed(payload),
  }[subscriber]();
  return { kind: wanted ? "processed" : "filtered" };
}

function isTriaged(event: string, { action, sender }: WebhookPayload): boolean {
  const family = familyOf(event);
  if (family !== "IssueChanged" && family !== "PullRequestChanged") {
    return false;
  }
  if (action === undefined || ["labeled", "unlabeled", "locked", "unlocked"].includes(action)) {
    return false;
  }
  return sender !== undefined && !sender.login.endsWith("[bot]");
}

function isDeployed({ repository, ref, commits = [], sender }: WebhookPayload): boolean {
  const isBranch = ref?.startsWith("refs/heads/") === true;
  const isHuman = sender !== undefined && !sender.login.endsWith("[bot]");
  return repository?.private === false && isBranch && commits.length > 0 && isHuman;
}
