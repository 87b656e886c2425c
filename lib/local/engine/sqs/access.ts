import { type CallContext, decideAccess } from "../kernel/index.ts";
import { accessDenied } from "./errors.ts";
import { parseQueueUrl, queueArn } from "./queue/index.ts";
import type { SqsState } from "./state.ts";

/** Batches are checked as the action of their entries ("Amazon SQS API permissions"). */
const ACTIONS: ReadonlyMap<string, string> = new Map([
  ["ChangeMessageVisibilityBatch", "ChangeMessageVisibility"],
  ["DeleteMessageBatch", "DeleteMessage"],
  ["SendMessageBatch", "SendMessage"],
]);

/** Actions that no queue policy allows to other accounts (Developer Guide, "Limitations of Amazon SQS custom policies"). */
const OWN_ACCOUNT_ONLY: ReadonlySet<string> = new Set([
  "AddPermission",
  "DeleteQueue",
  "ListQueueTags",
  "RemovePermission",
  "SetQueueAttributes",
  "TagQueue",
  "UntagQueue",
]);

/** What the root user may do against every policy, to unlock the queue (IAM User Guide, "Perform a privileged task"). */
const UNLOCKS: ReadonlySet<string> = new Set(["GetQueueAttributes", "SetQueueAttributes"]);

/**
 * Checks the caller against the policy of the queue that a call names by its URL.
 *
 * @throws AwsError AccessDenied
 */
export function checkAccess(state: SqsState, context: CallContext, operation: string, input: object): void {
  if (!("QueueUrl" in input) || typeof input.QueueUrl !== "string") {
    return;
  }
  const place = parseQueueUrl(context, input.QueueUrl);
  const queue = state.queues.get(queueArn(place));
  if (queue === undefined) {
    return;
  }
  const { accountId } = context;
  const isOwner = place.accountId === accountId;
  // The usual case, on every call.
  if (isOwner && (queue.attributes.Policy === undefined || UNLOCKS.has(operation))) {
    return;
  }
  const name = ACTIONS.get(operation) ?? operation;
  const decision = decideAccess(queue.attributes.Policy, place.accountId, {
    requester: { kind: "account", accountId },
    action: `sqs:${name}`,
    resource: queue.arn,
    now: state.now(),
  });
  if (decision !== "allowed" || (!isOwner && OWN_ACCOUNT_ONLY.has(operation))) {
    throw accessDenied(name, queue.arn, accountId, decision);
  }
}
