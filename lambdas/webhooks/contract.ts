import { defineContract, event } from "fanfare";
import { z } from "zod";

/** Of GitHub's payloads what is routed by. Everything else is passed on as it is. */
const routed = z.looseObject({
  action: z.string().optional(),
  ref: z.string().optional(),
  commits: z.array(z.unknown()).optional(),
  repository: z.looseObject({ full_name: z.string(), private: z.boolean() }).optional(),
  sender: z.looseObject({ login: z.string() }).optional(),
});

/** A payload of GitHub: a JSON object. */
export type WebhookPayload = z.infer<typeof routed>;

/** Checked, not rebuilt: a parsed object has its known keys first, and the archive keeps the order that GitHub sent. */
const schema = z.object({
  event: z.string().min(1),
  payload: z.custom<WebhookPayload>((value) => routed.safeParse(value).success, "not a payload of GitHub"),
});

type Delivery = z.infer<typeof schema>;

const repository = ({ payload }: Delivery) => payload.repository?.full_name;
const visibility = ({ payload }: Delivery) => payload.repository?.private;
const action = ({ payload }: Delivery) => payload.action;
const sender = ({ payload }: Delivery) => payload.sender?.login;

/** A busy repository must not keep the others waiting: it is the tenant of the fair queues. */
const group = (delivery: Delivery) => repository(delivery) ?? "github";

/** GitHub's webhooks, in the families that subscribers ask for. */
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

/** The event of the contract under which a webhook travels, by GitHub's name for it (header `X-GitHub-Event`). */
export function familyOf(name: string): keyof typeof webhooks.events {
  if (name === "issues" || name === "issue_comment") return "IssueChanged";
  if (name === "pull_request" || name.startsWith("pull_request_review")) return "PullRequestChanged";
  return name === "push" ? "Pushed" : "OtherActivity";
}
