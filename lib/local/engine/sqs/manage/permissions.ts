import { type PolicyDocument, parsePolicy, partitionOf, permissionStatement, writePolicy } from "../../kernel/index.ts";
import { invalidParameter, invalidParameterValue, overLimit } from "../errors.ts";
import { required } from "../input.ts";
import { MAXIMUM_PERMISSION_ACTIONS, MAXIMUM_POLICY_STATEMENTS } from "../limits.ts";
import type { SqsHandler } from "../operations.ts";
import type { Queue } from "../queue/index.ts";
import type { SqsState } from "../state.ts";

/** The actions that AddPermission can grant ("AddPermission" of the API reference). */
const GRANTABLE = [
  "*",
  "ChangeMessageVisibility",
  "DeleteMessage",
  "GetQueueAttributes",
  "GetQueueUrl",
  "ListDeadLetterSourceQueues",
  "PurgeQueue",
  "ReceiveMessage",
  "SendMessage",
];

export const addPermission: SqsHandler<"AddPermission"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  const label = required("Label", input.Label);
  if (!/^[A-Za-z0-9_-]{1,80}$/.test(label)) {
    throw invalidParameter(
      "Label",
      label,
      "It can hold alphanumeric characters, hyphens and underscores, 1 to 80 of them.",
    );
  }
  const accounts = required("AWSAccountIds", input.AWSAccountIds);
  const actions = required("Actions", input.Actions);
  checkGrant(accounts, actions);
  const policy = policyOf(queue);
  const { statements } = policy;
  if (statements.some((statement) => statement.Sid === label)) {
    throw invalidParameter("Label", label, "Already exists.");
  }
  if (statements.length >= MAXIMUM_POLICY_STATEMENTS) {
    throw overLimit(`${statements.length} statements were found, maximum allowed is ${MAXIMUM_POLICY_STATEMENTS}.`);
  }
  const statement = permissionStatement({
    label,
    partition: partitionOf(queue.address.region),
    accountIds: accounts,
    actions: actions.map((action) => `SQS:${action}`),
    resource: queue.arn,
  });
  setPolicy(state, queue, { ...policy, statements: [...statements, statement] });
  return {};
};

export const removePermission: SqsHandler<"RemovePermission"> = (state, context, input) => {
  const queue = state.require(context, input.QueueUrl);
  const label = required("Label", input.Label);
  const policy = policyOf(queue);
  const statements = policy.statements.filter((statement) => statement.Sid !== label);
  if (statements.length === policy.statements.length) {
    throw invalidParameter("Label", label, "can't find label.");
  }
  setPolicy(state, queue, { ...policy, statements });
  return {};
};

function checkGrant(accounts: readonly string[], actions: readonly string[]): void {
  if (accounts.length === 0 || accounts.some((account) => !/^\d{12}$/.test(account))) {
    throw invalidParameter(
      "PrincipalId",
      `[${accounts.join(", ")}]`,
      "Unable to verify: every entry must be an account id of 12 digits.",
    );
  }
  if (actions.length === 0) {
    throw invalidParameterValue("The request must name at least one action.");
  }
  if (actions.length > MAXIMUM_PERMISSION_ACTIONS) {
    throw overLimit(`${actions.length} actions were found, maximum allowed is ${MAXIMUM_PERMISSION_ACTIONS}.`);
  }
  const unknown = actions.find((action) => !GRANTABLE.includes(action));
  if (unknown !== undefined) {
    throw invalidParameter(
      "ActionName",
      `SQS:${unknown}`,
      `Please refer to the appropriate WSDL for a list of valid actions: ${GRANTABLE.join(", ")}.`,
    );
  }
}

/** The queue's policy, or the empty one that the service starts with. */
function policyOf(queue: Queue): PolicyDocument {
  const { header, statements } = parsePolicy(queue.attributes.Policy ?? "") ?? { header: {}, statements: [] };
  return { header: { Version: "2008-10-17", Id: `${queue.arn}/SQSDefaultPolicy`, ...header }, statements };
}

function setPolicy(state: SqsState, queue: Queue, policy: PolicyDocument): void {
  const { Policy: _existing, ...others } = queue.attributes;
  const attributes = policy.statements.length === 0 ? others : { ...others, Policy: writePolicy(policy) };
  queue.setAttributes(attributes, state.now());
}
