import { defineContract, event } from "fanfare";
import { z } from "zod";

/** The part of GitHub's payloads that is used for routing. Everything else is passed on unchanged. */
const routed = z.looseObject({
  action: z.string().optional(),
  ref: z.string().optional(),
  commits: z.array(z.unknown()).optional(),
  repository: z.looseObject({ full_name: z.string(), private: z.boolean() }).optional(),
  sender: z.looseObject({ login: z.string() }).optional(),
});

/** A payload from GitHub: a JSON object. */
export type WebhookPayload = z.infer<typeof routed>;

/** Payloads are validated, but not replaced by the parsed object, which would change the order of keys that the archive preserves. */
const schema = z.object({
  event: z.string().min(1),
  payload: z.custom<WebhookPayload>((value) => routed.safeParse(value).success, "not a payload from GitHub"),
});

type Delivery = z.infer<typeof schema>;

const repository = ({ payload }: Delivery) => payload.repository?.full_name;
const visibility = ({ payload }: Delivery) => payload.repository?.private;
const action = ({ payload }: Delivery) => payload.action;
const sender = ({ payload }: Delivery) => payload.sender?.login;

/** The repository is the tenant of the fair queues, so that a busy one does not delay the others. */
const group = (delivery: Delivery) => repository(delivery) ?? "github";

/** GitHub's webhooks, grouped into the events that subscribers select. */
export const webhooks = defineContract("webhooks", {
  IssueChanged: event({ schema, attributes: { action, private: visibility, sender }, group }),
  PullRequestChanged: event({ schema, attributes: { action, private: visibility, sender }, group }),
  Pushed: event({
    schema,
    attributes: {
      private: visibility,
      sender,
      ref: ({ payload }) => payload.ref,
      commits: ({ payload }) => payload.commits?.length,
    },
    group,
  }),
  OtherActivity: event({ schema, attributes: { event: (delivery) => delivery.event, action }, group }),
});

/** Returns the event of the contract as which a webhook is published, by GitHub's event name (header `X-GitHub-Event`). */
export function familyOf(name: string): keyof typeof webhooks.events {
  if (name === "issues" || name === "issue_comment") {
    return "IssueChanged";
  }
  if (name === "pull_request" || name.startsWith("pull_request_review")) {
    return "PullRequestChanged";
  }
  return name === "push" ? "Pushed" : "OtherActivity";
}
